# SPDX-License-Identifier: AGPL-3.0-or-later
"""Versions of the wire, each with its date and what changed."""

from __future__ import annotations

CURRENT = 1
"""1 (2026-11-24): sign-in, one-round-trip exchange, first load by pages."""

OLDEST_ACCEPTED = 1
"""Commands of this version and newer are still taken; a queue may be a year old."""


def common(client: int, server_oldest: int, server_current: int) -> int | None:
    """Return the newest version both ends speak, or None."""
    best = min(client, server_current)
    return best if best >= server_oldest else None
