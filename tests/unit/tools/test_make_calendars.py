# SPDX-License-Identifier: AGPL-3.0-or-later
"""The holiday file is what its generator writes."""

from __future__ import annotations

import json
from datetime import date

import resources
from tools.make_calendars import calendar


def test_the_committed_years_are_those_of_the_generator() -> None:
    """Decreed years do not drift from what the package carries; provisional ones may."""
    written = json.loads(resources.text("calendars/indonesia.json"))
    generated = json.loads(json.dumps(calendar()))
    final = {
        day
        for day in written["holidays"].keys() | generated["holidays"].keys()
        if date.fromisoformat(day).year not in written["provisional_years"]
    }
    assert {day: written["holidays"].get(day) for day in final} == {
        day: generated["holidays"].get(day) for day in final
    }
    assert written["version"] == generated["version"]
