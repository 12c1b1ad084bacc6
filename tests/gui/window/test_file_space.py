# SPDX-License-Identifier: AGPL-3.0-or-later
"""The room that files take: seen, limited and freed by keyboard, in the card of the details."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from sync.cases.changes import ChangeSet
from tests.support.window_rig import WindowRig

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def _open(rig: WindowRig) -> None:
    """Open the card."""
    rig.press(Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)


def words(rig: WindowRig, name: str) -> str:
    """Return what a label says."""
    return rig.find(QLabel, f"file-space.{name}").text()


def test_what_is_used_kept_and_own_is_told(rig: WindowRig) -> None:
    """The officer's own files are told apart: nobody makes room with them."""
    assert "320.0 MB of 1.0 GB" == words(rig, "used")
    assert "45.0 MB of it is kept for offline work. Your own files take 12.0 MB besides." == words(
        rig, "details"
    )
    spoken = rig.find(QLabel, "file-space.used").accessibleName()
    assert "Files from the centre: 320.0 MB of 1.0 GB" == spoken


def test_the_limit_is_chosen_by_keyboard(rig: WindowRig) -> None:
    """One step up from a gigabyte: half of it."""
    rig.focus("file-space.limit")
    rig.press(Qt.Key.Key_Up)
    assert 500 * MB == rig.desk.attachments.use.limit
    assert 500 * MB == rig.find(QComboBox, "file-space.limit").currentData()
    assert "320.0 MB of 500.0 MB" == words(rig, "used")


def test_room_is_made_by_keyboard_and_what_is_kept_stays(rig: WindowRig) -> None:
    """It says how much; there is nothing more to do then."""
    rig.focus("file-space.clear")
    rig.press(Qt.Key.Key_Space)
    assert words(rig, "details").startswith("275.0 MB freed; the files can be fetched again.")
    assert "45.0 MB of 1.0 GB" == words(rig, "used")
    assert not rig.find(QPushButton, "file-space.clear").isEnabled()


def test_a_nearly_full_disk_is_told(rig: WindowRig) -> None:
    """And the numbers follow what comes while the card is open."""
    rig.desk.attachments.use = replace(rig.desk.attachments.use, budget=330 * MB)
    rig.bus.announce(ChangeSet(files=frozenset({"0" * 64})), rig)
    assert "320.0 MB of 330.0 MB" == words(rig, "used")
    assert "The disk is nearly full" in words(rig, "details")
