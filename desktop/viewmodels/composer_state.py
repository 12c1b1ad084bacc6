# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the composer shows, as one value, and how it comes about. No lane and no service in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.viewmodels.case_view import CaseState
from desktop.viewmodels.file_lines import FileText
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.news import News
from desktop.viewmodels.problems import Problem, describe_code
from sync.cases.ids import CaseId
from sync.cases.lifecycle import MAX_WORDS_LENGTH
from sync.cases.views import Draft
from sync.i18n import gettext as _
from sync.i18n import mark, ngettext

TABS: Final = ("respond", "follow_up", "note")
"""What can always be written, in the order of the tabs."""
LAST_WORDS: Final = ("close", "reopen")
"""Written when asked for; they have a tab as long as they are being written."""
KINDS: Final = (*TABS, *LAST_WORDS)
_PUBLIC: Final = frozenset({"respond", "close"})
_WITH_FIELDS: Final = frozenset({"follow_up"})


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    readers: str
    prompt: str
    verb: str
    effect: str = ""


_WORDINGS: Final = {
    "respond": _Wording(
        mark("Response"),
        mark("The reporter will read this"),
        mark("Write a response to the reporter…"),
        mark("Send response"),
    ),
    "follow_up": _Wording(
        mark("Follow-up"),
        mark("Only colleagues read this; the reporter does not"),
        mark("What was done…"),
        mark("Save follow-up"),
    ),
    "note": _Wording(
        mark("Internal note"),
        mark("Only colleagues read this"),
        mark("Write a note for colleagues…"),
        mark("Save internal note"),
    ),
    "close": _Wording(
        mark("Close the complaint"),
        mark("The reporter will read this"),
        mark("Write the last words to the reporter…"),
        mark("Close the complaint"),
        mark("The complaint will be done."),
    ),
    "reopen": _Wording(
        mark("Reopen the complaint"),
        mark("Only colleagues read this"),
        mark("Why work on it again…"),
        mark("Reopen the complaint"),
        mark("The complaint will be in progress again."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TabText:
    """One kind of words.

    Attributes:
        has_words: something was written there and not sent.
    """

    kind: str
    title: str
    has_words: bool

    @property
    def spoken(self) -> str:
        """The tab as a screen reader says it."""
        if not self.has_words:
            return self.title
        return _("{kind}, has a draft").format(kind=self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposerState:
    """What the composer shows.

    Attributes:
        is_public: the reporter will read it; it must look like that.
        readers: who will read it, in words.
        effect: what else sending does; empty for nothing.
        draft: the words as they are now.
        has_fields: day, next step and evidence belong to it.
        takes_files: evidence can be added.
        done_on: the day of a follow-up, today unless chosen; never later than ``today``.
        saved: that the words are on the disk, and since when; empty as long as they are not.
        length: how many characters; empty for none.
        barrier: why this kind cannot be sent now; None when it can.
        news: what the officer has not seen; None when there is nothing.
        is_held: sending was asked for and waits until the news have been seen.
        problem: why the last attempt failed.
    """

    case_id: CaseId | None = None
    kind: str = KINDS[0]
    tabs: tuple[TabText, ...] = ()
    is_public: bool = True
    readers: str = ""
    effect: str = ""
    prompt: str = ""
    verb: str = ""
    draft: Draft | None = None
    has_fields: bool = False
    takes_files: bool = False
    today: date | None = None
    done_on: date | None = None
    evidence: tuple[FileText, ...] = ()
    saved: str = ""
    length: str = ""
    can_write: bool = False
    can_send: bool = False
    barrier: Problem | None = None
    news: News | None = None
    is_held: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that the state is derived from."""

    case: CaseState
    kind: str
    drafts: Mapping[str, Draft]
    saved_at: int | None
    news: News | None
    is_busy: bool
    is_held: bool
    is_copying: bool
    problem: Problem | None


class ComposerWords:
    """Puts a situation into words."""

    def __init__(self, formats: Formats, clock: Callable[[], int]) -> None:
        self._formats = formats
        self._clock = clock

    def state(self, now: Situation) -> ComposerState:
        """Return what to show."""
        draft = now.drafts[now.kind]
        wording = _WORDINGS[now.kind]
        barrier = _barrier(now.case, now.kind)
        can_write = barrier is None and not now.is_busy
        today = self._formats.today(self._clock())
        fits = bool(draft.text.strip()) and len(draft.text) <= MAX_WORDS_LENGTH
        return ComposerState(
            case_id=now.case.case_id,
            kind=now.kind,
            tabs=tuple(_tab(kind, now.drafts[kind]) for kind in KINDS if _has_tab(kind, now)),
            is_public=now.kind in _PUBLIC,
            readers=_(wording.readers),
            effect=_(wording.effect) if wording.effect else "",
            prompt=_(wording.prompt),
            verb=_(wording.verb),
            draft=draft,
            has_fields=now.kind in _WITH_FIELDS,
            takes_files=can_write and now.kind in _WITH_FIELDS,
            today=today,
            done_on=draft.done_on or today,
            evidence=self._evidence(draft),
            saved=_("Copying files…") if now.is_copying else self._saved(draft, now.saved_at),
            length=self._length(draft),
            can_write=can_write,
            can_send=can_write and fits and not now.is_copying,
            barrier=barrier,
            news=now.news,
            is_held=now.is_held and now.news is not None,
            problem=now.problem,
        )

    def _evidence(self, draft: Draft) -> tuple[FileText, ...]:
        return tuple(
            FileText(name=file.name, size=self._formats.size(file.size_bytes))
            for file in draft.evidence
        )

    def _saved(self, draft: Draft, saved_at: int | None) -> str:
        if draft.is_blank:
            return ""
        if saved_at is None:
            return _("Saving draft…")
        moment = self._formats.time_or_moment(saved_at, self._clock())
        return _("Draft saved {moment}").format(moment=moment)

    def _length(self, draft: Draft) -> str:
        count = len(draft.text)
        number = self._formats.number(count)
        if count > MAX_WORDS_LENGTH:
            most = self._formats.number(MAX_WORDS_LENGTH)
            return _("{count} characters; at most {most}").format(count=number, most=most)
        if not count:
            return ""
        return ngettext("{count} character", "{count} characters", count).format(count=number)


def _has_tab(kind: str, now: Situation) -> bool:
    return kind in TABS or kind == now.kind or not now.drafts[kind].is_blank


def _tab(kind: str, draft: Draft) -> TabText:
    return TabText(kind=kind, title=_(_WORDINGS[kind].title), has_words=not draft.is_blank)


def _barrier(case: CaseState, kind: str) -> Problem | None:
    if case.absence is not None:
        return describe_code("refused.out-of-scope")
    code = case.refusals.get(kind)
    return None if code is None else describe_code(code)
