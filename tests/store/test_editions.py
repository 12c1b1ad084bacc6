# SPDX-License-Identifier: AGPL-3.0-or-later
"""Editions of the rules in the work file."""

from __future__ import annotations

from pathlib import Path

from sync.courier.editions import Edition, signed
from sync.store.editions import Shelved
from tests.support.courier import CENTRE
from tests.support.local_store import opened


def test_an_edition_that_cannot_be_checked_is_refused_with_a_reason(tmp_path: Path) -> None:
    """Before the centre's key is known nobody's signature counts, and the officer is told so."""
    with opened(tmp_path) as store:
        assert store.editions.take(signed(1, Edition(), CENTRE)) is Shelved.REFUSED
        assert store.editions.problem() == "edition.no-keys"
