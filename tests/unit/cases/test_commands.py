# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of commands and the words in them."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from sync.cases.commands import (
    COMMAND_KINDS,
    KIND_OF_COMMAND,
    Assign,
    Close,
    CommandBody,
    FollowUp,
    Note,
    Reopen,
    Respond,
    Unreadable,
    words_of,
)
from tests.support.casework import OFFICER


def test_every_kind_of_command_has_one_name() -> None:
    """Names on the wire and bodies are one to one, and none is left out."""
    assert set(get_args(CommandBody)) == {*COMMAND_KINDS.values(), Unreadable}
    assert {body: kind for kind, body in COMMAND_KINDS.items()} == KIND_OF_COMMAND


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        ("jawab", Respond(text="jawab")),
        ("kerja", FollowUp(text="kerja", done_on=date(2026, 11, 2), next_step="lain")),
        ("catat", Note(text="catat")),
        ("tutup", Close(text="tutup")),
        ("alasan", Reopen(text="alasan")),
        ("", Assign(officer_id=OFFICER)),
    ],
)
def test_the_words_of_a_command_are_what_was_typed(expected: str, body: CommandBody) -> None:
    """A copy that is kept for the officer holds their own words."""
    assert expected == words_of(body)
