# SPDX-License-Identifier: AGPL-3.0-or-later
"""Versions of the wire, each with its date and what changed; ``dialects`` says how they differ."""

from __future__ import annotations

CURRENT = 3
"""What both ends speak inside.

1 (2026-11-24): sign-in, one-round-trip exchange, first load by pages.
2 (2026-11-24): commands carry the version of their schema; attachments say what they contain.
3 (2026-11-24): heads grow unless asked otherwise; the words of every act are its ``text``.
"""

OLDEST_ACCEPTED = 1
"""Commands of this version and newer are still taken; a queue may be a year old."""

OLDEST_SERVED = 1
"""Devices of this version and newer still get changes; an operator may ask for more."""

GREETING = 1
"""``GET /v1/hello`` is the same for ever, so that two ends of any age find out what they share."""


def common(client: int, server_oldest: int, server_current: int) -> int | None:
    """Return the newest version both ends speak, or None."""
    best = min(client, server_current)
    return best if best >= server_oldest else None
