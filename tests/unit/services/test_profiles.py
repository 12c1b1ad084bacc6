# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folders of officers on one computer."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

from sync.services.profiles import (
    Profile,
    data_dir,
    find_profile,
    new_profile,
    profiles,
    write_profile,
)

SERVER = "https://pusat.example.go.id"


def _profile(folder: Path, number: int, username: str, server: str = SERVER) -> Profile:
    profile = new_profile(folder, f"p{number}", server, username)
    write_profile(replace(profile, display_name=username.title()))
    moment = 1_000_000_000 + number
    os.utime(profile.folder / "profile.json", (moment, moment))
    return profile


def test_a_setting_of_the_environment_decides_where_data_lives(tmp_path: Path) -> None:
    """Without it, the system's place for such data."""
    assert tmp_path == data_dir({"TANGGAP_HOME": str(tmp_path)})
    assert "tanggap" == data_dir({}).name


def test_a_computer_nobody_has_used_has_no_profiles(tmp_path: Path) -> None:
    """A folder that does not exist is simply empty."""
    assert [] == profiles(tmp_path / "none")


def test_the_profile_used_last_comes_first(tmp_path: Path) -> None:
    """Whoever worked here last is offered first."""
    for number, username in enumerate(["agus", "sari", "joko"]):
        _profile(tmp_path, number, username)
    assert ["joko", "sari", "agus"] == [profile.username for profile in profiles(tmp_path)]


def test_an_account_is_found_whatever_its_spelling(tmp_path: Path) -> None:
    """User names differ in more than case, and centres keep theirs apart."""
    _profile(tmp_path, 1, "agus")
    other = _profile(tmp_path, 2, "agus", "https://lain.example.go.id")
    found = find_profile(tmp_path, "https://lain.example.go.id", " AGUS ")
    assert found is not None
    assert other.id == found.id
    assert find_profile(tmp_path, SERVER, "sari") is None


def test_only_the_officer_can_look_into_a_profile(tmp_path: Path) -> None:
    """Folders 0700, the file 0600."""
    profile = _profile(tmp_path / "data", 1, "agus")
    places = [tmp_path / "data", profile.folder, profile.folder / "profile.json"]
    assert [0o700, 0o700, 0o600] == [stat.S_IMODE(place.stat().st_mode) for place in places]


def test_a_broken_file_is_not_a_profile(tmp_path: Path) -> None:
    """It does not keep others from signing in."""
    broken = _profile(tmp_path, 1, "agus")
    (broken.folder / "profile.json").write_bytes(b'{"server":')
    _profile(tmp_path, 2, "sari")
    assert ["sari"] == [profile.username for profile in profiles(tmp_path)]


def test_how_much_waits_is_told_and_nothing_else(tmp_path: Path) -> None:
    """Whoever shares the computer sees a number; older files say nothing about it."""
    profile = new_profile(tmp_path, "p1", "https://pusat.example.go.id", "agus")
    write_profile(replace(profile, unsent=3))
    assert [3] == [found.unsent for found in profiles(tmp_path)]
    (profile.folder / "profile.json").write_text(
        '{"server": "https://pusat.example.go.id", "username": "agus", "display_name": "Agus"}'
    )
    assert [0] == [found.unsent for found in profiles(tmp_path)]
