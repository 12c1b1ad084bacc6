# SPDX-License-Identifier: AGPL-3.0-or-later
"""A short day over a bad line of real packets: everything arrives, and nothing twice.

Two network namespaces where the machine allows them, else a proxy that delays. How long a whole
day takes on which line is measured by ``python -m bench.day``; no time is asserted here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bench.day import faster, live
from sync.central import schema
from sync.central.database import Database

ENTRIES, PHOTOS = 4, 2
_SCALE = 6
"""384 kbit/s, 100 ms, 5 % loss, a break of half a second every 5 s that no connection survives."""


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_short_day_over_a_bad_line_arrives_whole_and_once(tmp_path: Path) -> None:
    """Words with their receipts, and photos in their pieces."""
    day = live(faster(_SCALE), tmp_path, entries=ENTRIES, photos=PHOTOS)
    assert day.word_seconds <= day.seconds  # words first
    database = Database(f"sqlite:///{tmp_path / 'central.db'}")
    events, blobs = schema.events.c, schema.blobs.c
    with database.read() as connection:
        entries = connection.execute(
            select(events.command_id, events.data).where(events.kind == "followed_up")
        ).all()
        arrived = (
            connection.execute(select(events.data).where(events.kind == "files")).scalars().all()
        )
        stored = set(connection.execute(select(blobs.sha256)).scalars())
    database.close()
    assert ENTRIES == len(entries) == len({command_id for command_id, _ in entries})
    named = {file["sha256"] for _, data in entries for file in data["evidence"]}
    assert PHOTOS == len(named)
    assert named == stored
    assert PHOTOS == len(arrived), "each file is announced once"
