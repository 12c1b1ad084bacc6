# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test gets: no screen, a home of its own, no real keyring, no unannounced warnings.

Builders, fakes and servers live in tests/support; fixtures of one room live in that room.
"""

from __future__ import annotations

import gc
import itertools
import logging
import os
from collections.abc import Iterator
from pathlib import Path

# Before anything imports Qt or keyring; programs that a test starts inherit it.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)

import hypothesis
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.patience import PatientBot

hypothesis.settings.register_profile("default", max_examples=15, deadline=None)
# To make a failing example small takes longer than the guard against hangs allows, which would end
# the worker. The blob plays it again on the computer of whoever looks, who has the time.
hypothesis.settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    print_blob=True,
    phases=set(hypothesis.Phase) - {hypothesis.Phase.shrink, hypothesis.Phase.explain},
)
hypothesis.settings.register_profile("nightly", max_examples=5000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, so that no worker ends with one while the others have nothing to do."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every collection; it is here to stay."""
    gc.collect()
    gc.freeze()


_XDG_DIRECTORIES = {
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "run",
    "XDG_STATE_HOME": "state",
}


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    parent = tmp_path_factory.mktemp("homes")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def private_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home of its own, so that it can neither see nor leave user files."""
    home = next(_homes)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for variable, name in _XDG_DIRECTORIES.items():
        directory = home / name
        directory.mkdir(mode=0o700)
        monkeypatch.setenv(variable, str(directory))
    return home


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Drive the window, with patience."""
    return PatientBot(request)


@pytest.fixture
def expected_logs() -> list[str]:
    """Announce warnings: append a part of each message the test is going to cause."""
    return []


@pytest.fixture(autouse=True)
def _no_unexpected_logs(
    caplog: pytest.LogCaptureFixture, expected_logs: list[str]
) -> Iterator[None]:
    yield
    unexpected = [
        f"{record.name}: {record.levelname}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
        and not any(part in record.getMessage() for part in expected_logs)
    ]
    if unexpected:
        pytest.fail("log records nobody announced:\n" + "\n".join(unexpected), pytrace=False)
