# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the window says first: whatever was found broken, or is not in force, when a desk opened."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from desktop.app import look_around
from desktop.startup.single_instance import ProfileLock
from sync.courier.editions import Edition, signed
from sync.wire.messages import SyncReply
from tests.support.central import embedded_centre
from tests.support.courier import STRANGER
from tests.support.desks import a_workplace


def test_rules_that_were_refused_are_told_at_the_start(tmp_path: Path) -> None:
    """The window counts by the old ones, and says so until the centre has mended them."""
    office = embedded_centre(tmp_path)
    with closing(office.database):
        place = a_workplace(office, tmp_path / "computer")
        lock = ProfileLock(place.desk.profile.folder)
        assert "" == look_around(place.desk, lock).report
        strange = signed(2**50, Edition(), STRANGER)
        place.desk.store.journal.absorb(SyncReply(now=1, edition=strange), None)
        assert "edition.not-signed" == look_around(place.desk, lock).report
        lock.release()
        place.desk.close()
