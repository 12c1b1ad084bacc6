# SPDX-License-Identifier: AGPL-3.0-or-later
"""How old a copy of work is and what it holds, in words: whoever puts it back must know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sync.i18n import gettext as _
from sync.services.sealing import Copied

_FIRST_YEAR: Final = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""Nobody had this program before: a computer that says so has a clock without a battery."""


def said_of_copy(facts: Mapping[str, object]) -> str:
    """Return the sentence that a failure's data allow about a copy; empty where they tell none."""
    copied = facts.get("copied")
    if not isinstance(copied, Copied):
        return ""
    holds = _("It holds {acts} acts and {drafts} drafts.")
    parts = (age_of_copy(copied.made_at), holds.format(acts=copied.acts, drafts=copied.drafts))
    return " ".join(parts)


def age_of_copy(made_at: int) -> str:
    """Return from when a copy is; UTC milliseconds."""
    if made_at < _FIRST_YEAR:
        return _("When the copy was made is not known: this computer had a wrong clock then.")
    return _("The copy is from {moment}.").format(moment=moment_of(made_at))


def moment_of(at: int) -> str:
    """Return a moment as it is written, in the time of this computer."""
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%d-%m-%Y %H.%M")
