# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every test of the window gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop import i18n


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    """Speak the language of the source, unless the test chooses another."""
    i18n.use("en")
    yield
    i18n.use("en")
