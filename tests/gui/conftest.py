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


@pytest.fixture(scope="session")
def _imported() -> None:
    """Leave what the imports made out of every collection; it is here to stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _collects_on_this_thread(_imported: None) -> Iterator[None]:
    """Lost Qt objects die here and now, not on a worker thread of a later test."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()
