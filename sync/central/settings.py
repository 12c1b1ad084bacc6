# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the centre keeps its data and what it is made of: the production choices, in one place."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import platformdirs
from argon2 import PasswordHasher
from sqlalchemy.exc import ArgumentError

from sync.central.database import Database
from sync.central.exchange import Centre, Terms
from sync.central.head import found
from sync.errors import TanggapError
from sync.wire.messages import DEFAULT_LEASE_S
from sync.wire.rulebook import load_rulebook

DATABASE_VARIABLE = "TANGGAP_DATABASE"
FILES_VARIABLE = "TANGGAP_FILES"


class SettingProblem(TanggapError):
    """A setting that cannot be used.

    Codes: ``setting.database-url``.
    """


def wall_clock() -> int:
    """Return the time, UTC milliseconds."""
    return time.time_ns() // 1_000_000


def database_url(given: str | None) -> str:
    """Return the database to use: the given one, the environment's, or an embedded one."""
    chosen = given or os.environ.get(DATABASE_VARIABLE)
    if chosen:
        return chosen
    return f"sqlite:///{_data_folder() / 'central.db'}"


def files_folder(given: Path | None, database: Database) -> Path:
    """Return where files' contents go: the given folder, the environment's, or an own one.

    Beside the file of an embedded database, else in the user's data folder. Copy both together.
    """
    chosen = given or os.environ.get(FILES_VARIABLE)
    if chosen:
        return Path(chosen)
    if database.is_sqlite and database.url.database:
        return Path(database.url.database).with_name("files")
    return _data_folder() / "files"


def _data_folder() -> Path:
    directory = Path(platformdirs.user_data_dir("tanggap-central", appauthor=False))
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def open_database(url: str) -> Database:
    """Open a database and create its tables where there are none.

    Raises:
        SettingProblem: (``setting.database-url``) this is no address of a database.
        StoreTooNew: the database was written by a newer program.
    """
    try:
        database = Database(url)
    except (ArgumentError, ImportError) as error:
        raise SettingProblem("setting.database-url", url=url) from error
    found(database, secrets.token_bytes)
    return database


def password_hasher() -> PasswordHasher:
    """Return the hashing of passwords (argon2id, RFC 9106's second choice of parameters)."""
    return PasswordHasher()


def open_centre(database: Database, name: str, lease_s: int = DEFAULT_LEASE_S) -> Centre:
    """Return the centre on a database, with the real time and real chance."""
    return Centre(
        database,
        clock=wall_clock,
        randomness=secrets.token_bytes,
        status_map=load_rulebook().status_map,
        hasher=password_hasher(),
        terms=Terms(name=name, lease_s=lease_s),
    )
