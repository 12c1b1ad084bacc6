# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rulebook that ships with the program, read once; both ends count with the same data."""

from __future__ import annotations

from functools import cache

import resources
from sync.cases.rulebook import Rulebook

_STATUS_MAP = "rules/status-map.json"
_RULE_SETS = ("rules/permenpanrb-62-2018.json",)
_CALENDAR = "calendars/indonesia.json"


@cache
def load_rulebook() -> Rulebook:
    """Return the rulebook of the package data."""
    return Rulebook.from_json(
        status_map=resources.text(_STATUS_MAP),
        rule_sets=[resources.text(name) for name in _RULE_SETS],
        calendar=resources.text(_CALENDAR),
    )
