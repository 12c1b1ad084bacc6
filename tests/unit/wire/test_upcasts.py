# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands of every schema that was ever shipped: what each means today, and its older forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from sync.cases.case import Attachment
from sync.cases.commands import (
    COMMAND_KINDS,
    Assign,
    Close,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Reopen,
    Respond,
    kind_of,
    words_of,
)
from sync.cases.ids import OfficerId
from sync.errors import SyncError
from sync.wire import codec
from sync.wire.upcasts import DOWNCASTS, UPCASTS, newest, oldest_form, upcast

_FILE = {"name": "foto.jpg", "size_bytes": 9, "sha256": "", "media_type": ""}

SHIPPED: list[tuple[str, int, dict[str, Any], CommandBody]] = [
    ("respond", 1, {"text": "Sudah."}, Respond(text="Sudah.")),
    ("note", 1, {"text": "Sudah."}, Note(text="Sudah.")),
    ("close", 1, {"text": "Sudah."}, Close(text="Sudah.")),
    ("assign", 1, {"officer_id": 7}, Assign(officer_id=OfficerId(7))),
    ("reopen", 1, {"reason": "Padam lagi."}, Reopen(text="Padam lagi.")),
    ("reopen", 2, {"text": "Padam lagi."}, Reopen(text="Padam lagi.")),
    ("hand_over", 1, {"text": "Milik Anda.", "meant_as": "note"},
     HandOver(text="Milik Anda.", meant_as="note")),
    ("follow_up", 1,
     {"text": "Diganti.", "done_on": "2026-11-24", "evidence": [_FILE], "next_step": "Cek",
      "next_step_on": "2026-11-30"},
     FollowUp(text="Diganti.", done_on=date(2026, 11, 24), next_step="Cek",
              next_step_on=date(2026, 11, 30),
              evidence=(Attachment(name="foto.jpg", size_bytes=9),))),
]  # fmt: skip
"""As programs wrote them into their outboxes; entries are added, never changed."""


@pytest.mark.parametrize(("kind", "sv", "data", "effect"), SHIPPED)
def test_an_old_command_means_what_it_meant(
    kind: str, sv: int, data: dict[str, Any], effect: CommandBody
) -> None:
    """Read with today's program, whichever program wrote it; reading changes nothing of it."""
    before = dict(data)
    assert effect == codec.command_body(kind, sv, data)
    assert before == data


def test_every_schema_is_among_the_examples() -> None:
    """Whoever changes a schema adds what the one before looked like."""
    assert {(kind, sv) for kind, sv, *_ in SHIPPED} == {
        (kind, sv) for kind in COMMAND_KINDS for sv in range(1, newest(kind) + 1)
    }


@pytest.mark.parametrize(("kind", "sv", "data", "effect"), SHIPPED)
def test_forms_of_one_act_are_known_to_be_the_same(
    kind: str, sv: int, data: dict[str, Any], effect: CommandBody
) -> None:
    """Up to the newest schema and back to the oldest: one and the same form."""
    today = msgspec.json.decode(codec.encode(codec.body_data(effect)))
    assert oldest_form(kind, sv, data) == oldest_form(kind, newest(kind), today)
    assert today == upcast(kind, sv, data)


def test_what_only_a_newer_program_knows_stays_on_the_way() -> None:
    """A member that is not known here is told as it came, in whatever schema."""
    data = {"text": "Lagi.", "stamp": 7}
    sv, old = oldest_form("reopen", 2, data)
    assert (1, {"reason": "Lagi.", "stamp": 7}) == (sv, old)
    assert data == upcast("reopen", sv, old)


@pytest.mark.parametrize("data", [{}, {"reason": "x"}, [], None])
def test_data_that_does_not_fit_its_schema_stays_as_it_is(data: Any) -> None:
    """It has no older form, and reading it is refused, not a failure of ours."""
    assert (2, data) == oldest_form("reopen", 2, data)
    with pytest.raises(SyncError):
        codec.command_body("reopen", 2, data)


def test_each_step_up_has_its_way_back() -> None:
    """Today's device can always tell a centre that is one schema behind, or says why not here."""
    assert {(kind, sv + 1) for kind, sv in UPCASTS} == DOWNCASTS.keys()


@pytest.mark.parametrize(("kind", "sv", "data", "effect"), SHIPPED)
def test_words_are_under_one_name(
    kind: str, sv: int, data: dict[str, Any], effect: CommandBody
) -> None:
    """A program that does not know the kind shows an act by its ``text`` (protocol, 7)."""
    assert kind == kind_of(effect)
    assert words_of(effect) == codec.body_data(effect).get("text", "")
