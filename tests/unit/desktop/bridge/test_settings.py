# SPDX-License-Identifier: AGPL-3.0-or-later
"""Options are remembered with their types."""

from __future__ import annotations

from pathlib import Path

from desktop.bridge import settings
from desktop.bridge.settings import Option, Settings


def test_choices_survive_the_program(tmp_path: Path) -> None:
    """Text, bytes and numbers come back as what they were."""
    path = tmp_path / "settings.ini"
    height = Option(key="test/height", default=3)
    first = Settings(path)
    first.put(settings.LANGUAGE, "en")
    first.put(settings.WINDOW_GEOMETRY, b"\x00\x01")
    first.put(height, 12)
    first.flush()

    second = Settings(path)

    assert ("en", b"\x00\x01", 12) == (
        second.get(settings.LANGUAGE),
        second.get(settings.WINDOW_GEOMETRY),
        second.get(height),
    )


def test_damage_counts_as_not_chosen(tmp_path: Path) -> None:
    """A value of another type than declared gives the default."""
    path = tmp_path / "settings.ini"
    path.write_text("[window]\ngeometry=abc\n", encoding="utf-8")

    assert b"" == Settings(path).get(settings.WINDOW_GEOMETRY)
