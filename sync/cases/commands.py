# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers do. A command is an intent; it becomes fact only when the centre accepts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sync.cases.case import Attachment
from sync.cases.ids import CaseId, CommandId, OfficerId


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """Answer the citizen (*tanggapan*)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Record what was done (*tindak lanjut*), with evidence and the next step."""

    text: str
    done_on: date
    evidence: tuple[Attachment, ...] = ()
    next_step: str = ""
    next_step_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Leave a note for colleagues (*catatan internal*)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Put a colleague in charge, or nobody (None)."""

    officer_id: OfficerId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close the case with a last word to the citizen."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Work on a closed case again, and say why."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Give words on a case that went elsewhere to whoever has it now, as an internal note.

    Attributes:
        meant_as: the kind of command that the words were written for, a name of `COMMAND_KINDS`.
    """

    text: str
    meant_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What a newer program recorded here: sent as it was written, shown by its words.

    Attributes:
        text: the words in it, as far as they can be told from the rest.
    """

    kind: str
    text: str = ""


CommandBody = Respond | FollowUp | Note | Assign | Close | Reopen | HandOver | Unreadable

COMMAND_KINDS: dict[str, type[CommandBody]] = {
    "respond": Respond,
    "follow_up": FollowUp,
    "note": Note,
    "assign": Assign,
    "close": Close,
    "reopen": Reopen,
    "hand_over": HandOver,
}
"""Name on the wire and in both databases -> body."""

KIND_OF_COMMAND: dict[type[CommandBody], str] = {body: kind for kind, body in COMMAND_KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One act of one officer on one case.

    Attributes:
        n: counts up within a device; gives the order in which its acts were done.
        base_v: the version of the case that the officer saw.
        after: the officer's previous undelivered act on the same case; it must succeed first.
        at: the device's clock; recorded, never used for order.
        resolves: the earlier command whose conflict this one decides.
    """

    id: CommandId
    n: int
    case_id: CaseId
    base_v: int
    at: int
    body: CommandBody
    after: CommandId | None = None
    resolves: CommandId | None = None


def kind_of(body: CommandBody) -> str:
    """Return the name of what an officer did, also of a kind that is not known here."""
    return body.kind if isinstance(body, Unreadable) else KIND_OF_COMMAND[type(body)]


def evidence_of(body: CommandBody) -> tuple[Attachment, ...]:
    """Return the files that go with an act."""
    return body.evidence if isinstance(body, FollowUp) else ()


def joined(*words: str) -> str:
    """Return words that were typed apart as one text, without those that are blank."""
    return "\n\n".join(part for part in words if part.strip())


def all_words_of(body: CommandBody) -> str:
    """Return everything the officer typed, for where there is one place for it."""
    return joined(words_of(body), body.next_step if isinstance(body, FollowUp) else "")


def words_of(body: CommandBody) -> str:
    """Return what the officer typed, to show and to keep."""
    match body:
        case Assign():
            return ""
        case _:
            return body.text
