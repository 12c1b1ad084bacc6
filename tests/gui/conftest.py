# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test of the window gets."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from sync import i18n


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    """Speak the language of the source, unless the test chooses another."""
    i18n.use("en")
    yield
    i18n.use("en")


@pytest.fixture(autouse=True)
def _loses_nothing_on_other_threads() -> None:
    """Collect nothing while the test runs, wherever that would be."""
    gc.disable()


def pytest_runtest_logfinish() -> None:
    """Lost Qt objects die here and now, not on a worker thread of a later test.

    By now pytest has let go of the test's fixtures. What is still in use is here to stay, and would
    make every later collection slower.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
