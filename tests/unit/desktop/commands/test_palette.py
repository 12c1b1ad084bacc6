# SPDX-License-Identifier: AGPL-3.0-or-later
"""The palette finds commands by their names and complaints by number or words."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.commands.ids import WindowCommand
from desktop.commands.palette import PalettePresenter, command_hits
from desktop.commands.specs import Context
from desktop.viewmodels.case_lines import CaseLines
from desktop.viewmodels.formats import Formats
from sync.cases.commands import COMMAND_KINDS
from tests.support.clockface import Clock
from tests.support.fake_desk import FakeDesk
from tests.support.fake_office import NOW
from tests.support.lanes import InlineLane
from tests.support.window_rig import DOUBLE_CHARGE, WIB

CASE_OPEN = Context(has_case=True, allowed=frozenset(COMMAND_KINDS))


@pytest.fixture
def palette(qapp: object) -> PalettePresenter:
    """A palette over the invented office."""
    desk = FakeDesk()
    lines = CaseLines(Formats("id", WIB), desk.rulebook.calendar, Clock(lambda: NOW))
    return PalettePresenter(desk.inbox, lines, InlineLane())


def test_the_beginning_of_a_word_is_enough(indonesian: None) -> None:
    """Commands are found in the language of the moment."""
    hits = command_hits("tangg", CASE_OPEN)

    assert WindowCommand.RESPOND == hits[0].command
    assert ("Tulis tanggapan untuk pelapor", "R") == (hits[0].title, hits[0].keys)


def test_names_come_before_descriptions(indonesian: None) -> None:
    """What is called so stands above what only mentions it."""
    titles = [hit.title for hit in command_hits("draf", Context())]

    assert "Draf" == titles[0]


def test_what_makes_no_sense_is_not_offered() -> None:
    """Without an open case there is nothing to respond to."""
    offered = {hit.command for hit in command_hits("", Context())}

    assert not offered & {WindowCommand.RESPOND, WindowCommand.COPY_NUMBER}


def test_cases_are_found_by_number(palette: PalettePresenter, qtbot: QtBot) -> None:
    """A number with or without its sign finds the complaint."""
    palette.begin(Context())
    with qtbot.waitSignal(palette.model.modelReset, check_params_cb=lambda: True):
        palette.look_for("#4021902")
    qtbot.waitUntil(lambda: any(hit.case_id for hit in palette.model.hits))

    assert [DOUBLE_CHARGE] == [hit.case_id for hit in palette.model.hits if hit.case_id]


def test_choosing_says_what_was_chosen(palette: PalettePresenter, qtbot: QtBot) -> None:
    """A command runs by its name."""
    palette.begin(Context())
    hit = next(hit for hit in palette.model.hits if hit.command is WindowCommand.SEARCH)
    with qtbot.waitSignal(palette.command_chosen) as chosen:
        palette.choose(hit)

    assert [WindowCommand.SEARCH] == chosen.args


def test_the_model_keeps_qts_rules(palette: PalettePresenter, qtmodeltester: Any) -> None:
    """The hits are a sound model."""
    palette.begin(CASE_OPEN)
    qtmodeltester.check(palette.model)
