# SPDX-License-Identifier: AGPL-3.0-or-later
"""One act of the officer in words: what it was, where it stands, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.viewmodels.case_lines import number_text
from desktop.viewmodels.file_lines import GO_BY_THEMSELVES
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.marks import Tag
from desktop.viewmodels.problems import describe_code
from desktop.viewmodels.terms import delivery_tag
from sync.cases.commands import Unreadable, kind_of, words_of
from sync.cases.ids import CaseId, CommandId
from sync.cases.projection import Delivery
from sync.cases.views import OutboxItem
from sync.i18n import gettext as _
from sync.i18n import ngettext
from sync.services.attachments import FileState, Whereabouts
from sync.services.terms import cause_text, command_text, flag_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingFiles:
    """The files of an act that are not all at the centre.

    Attributes:
        share: how much of them is over, from 0 to 1.
        is_troubled: one of them does not go; the text says why.
    """

    text: str
    share: float
    is_troubled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLine:
    """The words of one act.

    Attributes:
        what: kind of act, such as "Tanggapan".
        number: the complaint's number as it was; outlives the case.
        words: what the officer typed, on one line; the title where nothing was typed.
        title: the complaint's, as it was.
        text: what the officer typed, as they typed it; empty where nothing was typed.
        detail: since when, after what, or why.
        is_settled: nothing more will become of it.
        spoken: all of it as one sentence.
        copied: all of it for the clipboard, with every word.
    """

    command_id: CommandId
    case_id: CaseId
    kind: str
    what: str
    number: str
    words: str
    tag: Tag
    detail: str
    is_settled: bool
    needs_decision: bool
    can_withdraw: bool
    can_edit: bool
    hint: str
    spoken: str
    copied: str
    title: str = ""
    text: str = ""
    files: MovingFiles | None = None


_TO_GO: Final = frozenset({Whereabouts.WAITING, Whereabouts.SENDING})


def _files_text(count: int) -> str:
    return ngettext("{count} file", "{count} files", count).format(count=count)


class OutboxLines:
    """Puts acts into words, as of now."""

    def __init__(self, formats: Formats, clock: Callable[[], int]) -> None:
        self._formats = formats
        self._clock = clock

    def line(self, item: OutboxItem, files: Sequence[FileState] = ()) -> OutboxLine:
        """Return the words of an act and of its files."""
        command = item.command
        kind = kind_of(command.body)
        words = words_of(command.body)
        what, number = command_text(kind), number_text(item.tracking_id)
        tag = delivery_tag(item.standing)
        detail = self._detail(item)
        moving = None if item.delivery is Delivery.WITHDRAWN else self._moving(files)
        spoken = (what, number, item.title, tag.text, detail, words, moving.text if moving else "")
        head = f"{what} · {number} · {item.title}"
        return OutboxLine(
            command_id=command.id,
            case_id=command.case_id,
            kind=kind,
            what=what,
            number=number,
            words=" ".join(words.split()) or item.title,
            tag=tag,
            detail=detail,
            is_settled=item.delivery in {Delivery.ACCEPTED, Delivery.WITHDRAWN},
            needs_decision=item.delivery.needs_decision,
            can_withdraw=item.delivery is Delivery.STORED,
            can_edit=item.delivery is Delivery.STORED and not _is_foreign(item),
            hint=self._hint(item),
            title=item.title,
            text=words,
            files=moving,
            spoken=", ".join(part for part in spoken if part),
            copied="\n".join(part for part in (head, f"{tag.text} · {detail}", "", words)).strip(),
        )

    def _moving(self, files: Sequence[FileState]) -> MovingFiles | None:
        """Return what is still to go up; None when all of it is over."""
        left = [file for file in files if file.where in _TO_GO and file.file.sha256]
        if not left:
            return None
        size = sum(state.file.size_bytes for state in left)
        moved = sum(state.moved for state in left)
        troubled = next((state for state in left if state.problem), None)
        if troubled is not None:
            text = f"+ {troubled.file.name} · {describe_code(troubled.problem).title}"
            is_troubled = troubled.problem not in GO_BY_THEMSELVES
            return MovingFiles(text=text, share=moved / size, is_troubled=is_troubled)
        name = left[0].file.name if len(left) == 1 else _files_text(len(left))
        told = _("{moved} of {size}") if moved else _("{size}, follows your words")
        if all(state.held_up for state in left):
            told = _("{size}, waits for a better line")
        sizes = {"moved": self._formats.size(moved), "size": self._formats.size(size)}
        return MovingFiles(text=f"+ {name} · {told.format(**sizes)}", share=moved / size)

    def _detail(self, item: OutboxItem) -> str:
        match item.delivery:
            case Delivery.STORED if item.waits_for:
                return _("waits for the step before it on this complaint")
            case Delivery.STORED | Delivery.SENDING:
                return _("written {moment}").format(moment=self._when(item.command.at))
            case Delivery.UNKNOWN if item.standing.by_courier:
                handed = _("in a courier file since {moment}; its answer is not here yet")
                return handed.format(moment=self._when(item.courier_at or item.command.at))
            case Delivery.UNKNOWN:
                sent_at = item.command.at if item.sent_at is None else item.sent_at
                asked = _("sent {moment}; the centre is asked again, nothing is sent twice")
                return asked.format(moment=self._when(sent_at))
            case Delivery.ACCEPTED:
                return self._received(item)
            case Delivery.WITHDRAWN:
                return _("taken back; the words are kept here")
            case Delivery.CONFLICT | Delivery.BLOCKED | Delivery.REJECTED:
                return cause_text(item)

    def _received(self, item: OutboxItem) -> str:
        moment = self._when(item.command.at if item.settled_at is None else item.settled_at)
        told = _("received {moment}").format(moment=moment)
        if item.receipt:
            told = _("received {moment} · receipt {number}").format(
                moment=moment, number=item.receipt
            )
        elif item.receipt_due:
            told = _("received {moment} · receipt number follows").format(moment=moment)
        return " · ".join((told, *flag_texts(item.flags)))

    def _hint(self, item: OutboxItem) -> str:
        if _is_foreign(item):
            return _("A newer Tanggap wrote this. It is sent as it is; this one cannot edit it.")
        if item.delivery in {Delivery.SENDING, Delivery.UNKNOWN}:
            problem = describe_code("withdraw.unknown")
            return f"{problem.title}. {problem.detail}"
        return ""

    def _when(self, at: int) -> str:
        return self._formats.time_or_moment(at, self._clock())


def _is_foreign(item: OutboxItem) -> bool:
    return isinstance(item.command.body, Unreadable)
