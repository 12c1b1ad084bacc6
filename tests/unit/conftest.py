# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every test speaks the language of the source, unless it chooses another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync import i18n
from tests.support.catalogue import speak


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    """Begin and end in English."""
    i18n.use("en")
    yield
    i18n.use("en")


@pytest.fixture
def indonesian() -> None:
    """Speak Bahasa Indonesia."""
    speak("id")
