# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command table holds together: everything has words, a place and keys of its own."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from desktop.commands.ids import WindowCommand
from desktop.commands.specs import GO_PLACES, SPECS, WORK_KINDS, Context, Menu, Spec
from desktop.viewmodels.case_actions import SEEN
from desktop.viewmodels.navigation import PLACES
from sync.cases.commands import COMMAND_KINDS

WITHOUT_ICON = {Menu.SORT, Menu.THEME, Menu.LANGUAGE}


def test_every_command_is_declared_once() -> None:
    """No name without a declaration, and no second one."""
    assert Counter(WindowCommand) == Counter(spec.id for spec in SPECS)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id.value)
def test_every_command_says_what_it_does(spec: Spec) -> None:
    """Label and help line are there, and the help line is not the label again."""
    assert spec.plain_label
    assert spec.help_text
    assert spec.plain_label.rstrip("…") != spec.help_text


def test_no_two_commands_share_keys() -> None:
    """A shortcut means one thing."""
    keys = Counter(QKeySequence(key).toString() for spec in SPECS for key in spec.shortcuts)

    assert [] == [key for key, count in keys.items() if count > 1 or not key]


@pytest.mark.parametrize("menu", Menu)
def test_no_two_mnemonics_in_a_menu(menu: Menu, indonesian: None) -> None:
    """Alt and a letter is unambiguous, also in Bahasa Indonesia."""
    letters = Counter(
        spec.label.casefold().partition("&")[2][:1]
        for spec in SPECS
        if spec.menu is menu and "&" in spec.label
    )

    assert [] == [letter for letter, count in letters.items() if count > 1]


def test_every_kind_of_work_has_a_command() -> None:
    """What the core can do to an open complaint, the window can do."""
    assert set(COMMAND_KINDS) - {"hand_over"} | {SEEN} == set(WORK_KINDS.values())


def test_every_place_has_a_command() -> None:
    """Every place can be reached by keyboard."""
    assert set(PLACES) == set(GO_PLACES.values())


def test_work_needs_a_case_that_allows_it() -> None:
    """A command that would be refused is not offered."""
    spec = next(spec for spec in SPECS if spec.id is WindowCommand.CLOSE)

    assert not spec.enabled(Context(allowed=frozenset({"close"})))
    assert not spec.enabled(Context(has_case=True))
    assert spec.enabled(Context(has_case=True, allowed=frozenset({"close"})))
