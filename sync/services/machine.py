# SPDX-License-Identifier: AGPL-3.0-or-later
"""The clocks of this computer, as far as the operating system tells them."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from sync.engine.timekeeping import Reading

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def machine_clocks() -> Reading:
    """Return what the clocks say now; how long the machine runs only where each run has a name."""
    boot = ""
    with suppress(OSError):
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
    # Goes on while the machine sleeps, unlike the monotonic clock.
    running_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) if boot else 0
    return Reading(
        wall=time.time_ns() // 1_000_000,
        running=running_ns // 1_000_000,
        boot=boot,
        # UTC is how servers and containers are set up on purpose; it is not held against them.
        zone_min=time.localtime().tm_gmtoff // 60 or None,
    )
