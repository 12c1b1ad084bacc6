# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folders of the officers who use this computer, one each; no secrets in here.

<data folder>/<profile id>/profile.json   who and which centre
                           profile.aside  the same, where its files could not be opened any more
                           ...            the encrypted files of :mod:`sync.store`
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from sync.store.failures import file_faults

_FILE = "profile.json"
_ASIDE = "profile.aside"
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One officer on one computer.

    Attributes:
        id: name of the folder; says nothing about the person.
        display_name: the officer's name as the centre gave it.
        unsent: how much of theirs waited here when they left; a number and nothing else, for
            whoever else uses this computer.
        in_use: a desk is open, or was when the computer failed: ``unsent`` is not known then.
    """

    id: str
    folder: Path
    server: str
    username: str
    display_name: str
    unsent: int = 0
    in_use: bool = False


class _Record(msgspec.Struct, frozen=True):
    """What ``profile.json`` holds."""

    server: str
    username: str
    display_name: str
    unsent: int = 0
    in_use: bool = False


def data_dir(environment: Mapping[str, str]) -> Path:
    """Return where profiles live: ``TANGGAP_HOME``, or the system's place for such data."""
    chosen = environment.get("TANGGAP_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("tanggap", appauthor=False))


def profiles(data_dir: Path) -> list[Profile]:
    """Return the profiles on this computer, the one used last first."""
    return _listed(data_dir, _FILE)


def profiles_aside(data_dir: Path) -> list[Profile]:
    """Return the profiles whose files could not be opened and were left where they are."""
    return _listed(data_dir, _ASIDE)


def set_aside(profile: Profile) -> None:
    """Take a profile off the list; its files stay.

    Raises:
        StoreUnavailable: the disk cannot be written.
    """
    with file_faults(_FILE):
        (profile.folder / _FILE).rename(profile.folder / _ASIDE)


def _listed(data_dir: Path, name: str) -> list[Profile]:
    found = [_read(path) for path in data_dir.glob(f"*/{name}")]
    known = [entry for entry in found if entry is not None]
    known.sort(key=lambda profile: (profile.folder / name).stat().st_mtime_ns, reverse=True)
    return known


def find_profile(data_dir: Path, server: str, username: str) -> Profile | None:
    """Return the profile of an account on this computer, if it has been here."""
    name = username.strip().casefold()
    for profile in profiles(data_dir):
        if (profile.server, profile.username.casefold()) == (server, name):
            return profile
    return None


def new_profile(data_dir: Path, profile_id: str, server: str, username: str) -> Profile:
    """Return a profile whose folder exists and is closed to others; it is not listed yet."""
    folder = data_dir / profile_id
    with file_faults(data_dir.name):
        data_dir.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.mkdir(mode=_PRIVATE_FOLDER)
    return Profile(
        id=profile_id, folder=folder, server=server, username=username.strip(), display_name=""
    )


def write_profile(profile: Profile) -> None:
    """Put a profile on the list, or back to its top."""
    record = _Record(
        profile.server, profile.username, profile.display_name, profile.unsent, profile.in_use
    )
    path = profile.folder / _FILE
    with file_faults(_FILE):
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(record))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def _read(path: Path) -> Profile | None:
    """Return a profile, or None for a folder that a crash left half made."""
    try:
        record = msgspec.json.decode(path.read_bytes(), type=_Record)
    except (OSError, msgspec.DecodeError):
        return None
    return Profile(
        id=path.parent.name,
        folder=path.parent,
        server=record.server,
        username=record.username,
        display_name=record.display_name,
        unsent=record.unsent,
        in_use=record.in_use,
    )
