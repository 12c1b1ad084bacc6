# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real, encrypted store for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store.local import LocalStore
from tests.support.local_store import a_head, a_reply, a_scope, opened


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the empty files once, for copying is faster than migrating."""
    folder = tmp_path_factory.mktemp("asal") / "profil"
    with opened(folder):
        return folder


@pytest.fixture
def folder(tmp_path: Path, _migrated: Path) -> Path:
    """Name the folder of a profile with empty files."""
    return shutil.copytree(_migrated, tmp_path / "profil")


@pytest.fixture
def store(folder: Path) -> Iterator[LocalStore]:
    """Open a store that has heard who the officer is, and holds one case."""
    with opened(folder) as store:
        store.journal.forget_cache("silsilah-1")
        store.journal.absorb(a_reply(a_head(), scope=a_scope()), 0)
        yield store


@pytest.fixture(scope="module")
def lasting_store(
    tmp_path_factory: pytest.TempPathFactory, _migrated: Path
) -> Iterator[LocalStore]:
    """Open one store for all examples of a property; each example leaves it empty."""
    folder = shutil.copytree(_migrated, tmp_path_factory.mktemp("lama") / "profil")
    with opened(folder) as store:
        store.journal.absorb(a_reply(scope=a_scope()), 0)
        yield store
