# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folders of the officers who use this computer, one each; no secrets in here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One officer on one computer.

    Attributes:
        id: name of the folder; says nothing about the person.
        display_name: the officer's name as the centre gave it.
    """

    id: str
    folder: Path
    server: str
    username: str
    display_name: str


def profiles(data_dir: Path) -> list[Profile]:
    """Return the profiles on this computer, the one used last first."""
    raise NotImplementedError
