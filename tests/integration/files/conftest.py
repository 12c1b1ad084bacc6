# SPDX-License-Identifier: AGPL-3.0-or-later
"""A centre that takes files, on the embedded database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.central import Office, embedded_centre
from tests.support.uploads import Hand, centre_with_files


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give a small office; see ``tests.support.central``."""
    office = embedded_centre(tmp_path)
    yield office
    office.database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name the folder for files' contents."""
    return tmp_path / "files"


@pytest.fixture
def http(office: Office, folder: Path) -> Iterator[httpx.Client]:
    """Serve the office."""
    with centre_with_files(office, folder) as client:
        yield client


@pytest.fixture
def agus(office: Office, http: httpx.Client) -> Hand:
    """Give a liaison of unit A."""
    return Hand(http=http, device=office.device("agus"))


@pytest.fixture
def sari(office: Office, http: httpx.Client) -> Hand:
    """Give a liaison of unit B."""
    return Hand(http=http, device=office.device("sari"))
