# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drafts as values: how they become commands and come back, and how two of them become one.

No storage in here. Joining never drops a word: at worst the officer sees one twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sync.cases.commands import (
    Close,
    Command,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Reopen,
    Respond,
    kind_of,
    words_of,
)
from sync.cases.ids import CaseId
from sync.cases.views import Draft

Key = tuple[CaseId, str]
"""A case and a name of `COMMAND_KINDS`: there is one draft for each."""


def blank(case_id: CaseId, kind: str) -> Draft:
    """Return a draft without words."""
    return Draft(case_id=case_id, kind=kind)


def key_of(draft: Draft) -> Key:
    """Return what a draft is tied to."""
    return draft.case_id, draft.kind


def same_words(one: Draft, other: Draft) -> bool:
    """Return whether two drafts say the same, whenever they were saved; all blank ones do."""
    if one.is_blank or other.is_blank:
        return one.is_blank and other.is_blank
    return replace(one, saved_at=0) == replace(other, saved_at=0)


def body_of(draft: Draft, today: date) -> CommandBody:
    """Return the command that sends these words; a follow-up without a day was done today.

    Raises:
        ValueError: this kind of command has no words.
    """
    match draft.kind:
        case "respond":
            return Respond(text=draft.text)
        case "follow_up":
            return FollowUp(
                text=draft.text,
                done_on=draft.done_on or today,
                evidence=draft.evidence,
                next_step=draft.next_step,
                next_step_on=draft.next_step_on,
            )
        case "note":
            return Note(text=draft.text)
        case "close":
            return Close(text=draft.text)
        case "reopen":
            return Reopen(text=draft.text)
        case _:
            raise ValueError(draft.kind)


def draft_of(command: Command) -> Draft | None:
    """Return the words of a command as a draft again; None where there are none."""
    draft = Draft(
        case_id=command.case_id,
        kind=_kind_of(command.body),
        text=words_of(command.body),
        base_v=command.base_v,
    )
    if isinstance(command.body, FollowUp):
        draft = replace(
            draft,
            done_on=command.body.done_on,
            evidence=command.body.evidence,
            next_step=command.body.next_step,
            next_step_on=command.body.next_step_on,
        )
    return None if draft.is_blank else draft


def _kind_of(body: CommandBody) -> str:
    """Return what words were meant as, whatever became of them."""
    return body.meant_as if isinstance(body, HandOver) else kind_of(body)


def joined(earlier: Draft, later: Draft) -> Draft:
    """Return both drafts as one; the day and date of the later one count."""
    return replace(
        later,
        text=_joined_text(earlier.text, later.text),
        next_step=_joined_text(earlier.next_step, later.next_step, between="; "),
        done_on=later.done_on or earlier.done_on,
        next_step_on=later.next_step_on or earlier.next_step_on,
        evidence=tuple(dict.fromkeys((*earlier.evidence, *later.evidence))),
        base_v=_older(earlier.base_v, later.base_v),
    )


def merged(known: Draft, stored: Draft, shown: Draft) -> Draft:
    """Return what to show when the store and the officer may both have changed a draft.

    Args:
        known: what both agreed on last.
        stored: what the store has now.
        shown: what the officer has now.
    """
    if same_words(stored, known):
        return shown
    if same_words(shown, known):
        return stored
    return joined(stored, shown)


def _joined_text(earlier: str, later: str, *, between: str = "\n\n") -> str:
    if earlier.strip() in later:
        return later
    if later.strip() in earlier:
        return earlier
    return f"{earlier.rstrip()}{between}{later}"


def _older(one: int | None, other: int | None) -> int | None:
    known = [version for version in (one, other) if version is not None]
    return min(known, default=None)
