# SPDX-License-Identifier: AGPL-3.0-or-later
"""Devices at work while the centre's processes are killed and PostgreSQL is restarted.

``make fire`` does the same for minutes with hundreds of devices.
"""

from __future__ import annotations

import pytest

from tests.fire.battle import fight

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


def test_nothing_is_lost_doubled_or_skipped_under_fire() -> None:
    """What was promised is there once, and every device ends with what the centre has."""
    report = fight(devices=24, seconds=15)

    assert [] == report.wrong
    assert report.faults, "nothing was killed"
    assert report.accepted > 20
    assert "server" not in report.tally.failures, "a restart is not a fault of the centre"
