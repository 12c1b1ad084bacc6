# SPDX-License-Identifier: AGPL-3.0-or-later
"""Decisions by the dozen: their groups in words, and what may be decided for many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.viewmodels.case_lines import number_text
from desktop.viewmodels.problems import describe_code
from sync.cases.commands import words_of
from sync.cases.decisions import DecisionGroup, releases_words
from sync.cases.ids import CommandId
from sync.cases.policy import Choice
from sync.cases.views import OutboxItem
from sync.i18n import gettext as _
from sync.i18n import mark, ngettext

CAUSES: Final = {
    "meanwhile.citizen": mark("The reporter replied"),
    "insisted.citizen": mark("There is more since the reporter's reply"),
    "meanwhile.disposed": mark("The complaint was passed on"),
    "meanwhile.closed": mark("A colleague closed the complaint"),
    "meanwhile.reopened": mark("A colleague reopened the complaint"),
    "meanwhile.responded": mark("A colleague responded"),
    "meanwhile.followed_up": mark("A colleague followed up"),
    "meanwhile.assigned": mark("Somebody else was put in charge"),
    "meanwhile.noted": mark("A colleague left a note"),
    "conflict.newer-entry": mark("The complaint has newer entries"),
    "conflict.reassigned": mark("Somebody else was put in charge"),
    "conflict.status-changed": mark("Somebody else changed the status"),
    "blocked.after": mark("An earlier step was not accepted"),
}

_COUNTS: Final[dict[str, Callable[[int], str]]] = {
    "respond": lambda n: ngettext("{count} response", "{count} responses", n),
    "follow_up": lambda n: ngettext("{count} follow-up", "{count} follow-ups", n),
    "note": lambda n: ngettext("{count} internal note", "{count} internal notes", n),
    "assign": lambda n: ngettext("{count} assignment", "{count} assignments", n),
    "close": lambda n: ngettext("{count} closure", "{count} closures", n),
    "reopen": lambda n: ngettext("{count} reopening", "{count} reopenings", n),
}

_PREVIEWS: Final = {
    Choice.WITHDRAW: mark("They will not be sent. A copy of each stays in the outbox."),
    Choice.EDIT: mark("Each becomes a draft again, beside the newest entries of its complaint."),
    Choice.RESEND: mark("Each is sent as it is; you have seen what is new."),
    Choice.AS_RESPONSE: mark("Each is sent as a response; the complaints stay open."),
}

_LONGEST_LINE: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupText:
    """One kind of decision.

    Attributes:
        title: "Pelapor membalas: 12 tanggapan".
    """

    title: str
    first: CommandId
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the way that is meant would settle besides the act that is shown.

    Attributes:
        label: what the button says.
        hint: why it is not all of the group; empty when it is.
        title, detail, lines: the preview: how many, what comes of it, and which ones.
        seen: act -> how much of its case the officer was shown.
    """

    choice: Choice
    label: str
    hint: str
    title: str
    detail: str
    lines: tuple[str, ...]
    seen: Mapping[CommandId, int]


def count_text(kind: str, count: int) -> str:
    """Return "12 tanggapan"."""
    return _COUNTS[kind](count).format(count=count)


def cause_title(cause: str) -> str:
    """Return why a group waits."""
    known = CAUSES.get(cause)
    return describe_code(cause).title if known is None else _(known)


def group_texts(
    groups: Sequence[DecisionGroup], current: CommandId | None
) -> tuple[GroupText, ...]:
    """Return the groups in words; nothing to choose among when there is one act only."""
    if sum(len(group.items) for group in groups) < 2:  # noqa: PLR2004 - more than one
        return ()
    return tuple(
        GroupText(
            title=_("{cause}: {acts}").format(
                cause=cause_title(group.cause), acts=count_text(group.kind, len(group.items))
            ),
            first=group.items[0].command.id,
            is_current=any(item.command.id == current for item in group.items),
        )
        for group in groups
    )


def batch_of(
    group: DecisionGroup, choice: Choice | None, looked_at: Mapping[CommandId, int]
) -> Batch | None:
    """Return what can be settled at once; None when that is no more than one act.

    Words that go to a citizen are released only where the officer has looked at what arrived.

    Args:
        looked_at: act -> how much of its case was on the screen when the officer went on.
    """
    if choice is None:
        return None
    offered = [item for item in group.items if choice in item.choices]
    ready = [
        item
        for item in offered
        if not releases_words(item, choice) or looked_at.get(item.command.id) == item.seen_v
    ]
    if len(ready) < 2:  # noqa: PLR2004 - one is what Apply is for
        return None
    count = len(ready)
    whole = count == len(group.items)
    label = _("Apply to all {count}…") if whole else _("Apply to the {count} you looked at…")
    return Batch(
        choice=choice,
        label=label.format(count=count),
        hint="" if whole else _("The others may have news that you have not looked at yet."),
        title=count_text(group.kind, count),
        detail=_(_PREVIEWS[choice]),
        lines=tuple(_line(item) for item in ready),
        seen={item.command.id: item.seen_v for item in ready},
    )


def _line(item: OutboxItem) -> str:
    words = " ".join(words_of(item.command.body).split())
    if len(words) > _LONGEST_LINE:
        words = f"{words[:_LONGEST_LINE].rstrip()}…"
    head = f"{number_text(item.tracking_id)} {item.title}".strip()
    return f"{head} · “{words}”" if words else head
