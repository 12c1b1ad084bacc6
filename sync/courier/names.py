# SPDX-License-Identifier: AGPL-3.0-or-later
"""What courier files are called. Names help people; no program believes them."""

from __future__ import annotations

from sync.courier.bundle import Direction
from sync.courier.envelope import SUFFIX

_WORDS = {Direction.UP: "ke-pusat", Direction.DOWN: "balasan", Direction.COPY: "salinan"}


def file_name(direction: Direction, n: int, bundle_id: str) -> str:
    """Return a name that says which way and in which order, and nothing about anybody."""
    return f"tanggap-{_WORDS[direction]}-{n:04d}-{bundle_id[:8]}{SUFFIX}"
