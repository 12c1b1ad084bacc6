# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the regulations say: status names, days allowed, holidays. All of it is data.

JSON text is handed in; nothing here opens a file.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sync.cases.calendars import Calendar
from sync.cases.case import Classification, Status, StatusMap


class Clock(StrEnum):
    """The four periods that run on a complaint (domain dossier 3.2)."""

    VERIFY = "verifikasi"
    """Until the complaint is verified and passed on."""
    FIRST_ANSWER = "tindak_lanjut_pertama"
    """Until the unit says or does something for the first time."""
    COMPLETION = "penyelesaian"
    """Until the case is closed; how long depends on the classification."""
    AUTO_CLOSE = "tutup_otomatis"
    """Until the system closes a case whose reporter stays silent; it counts for the officer."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many working days a clock allows, and which text says so."""

    days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The periods of one regulation, for complaints registered from ``valid_from`` on."""

    name: str
    valid_from: date
    source: str
    rules: Mapping[tuple[Clock, Classification], Rule]
    """Every clock for every classification."""


class Rulebook:
    """Everything that deadlines and statuses are derived with, at both ends the same.

    Raises:
        ValueError: there is no rule set.
    """

    __slots__ = ("_valid_from", "calendar", "rule_sets", "status_map")

    def __init__(
        self, status_map: StatusMap, rule_sets: Sequence[RuleSet], calendar: Calendar
    ) -> None:
        if not rule_sets:
            raise ValueError("rule_sets")
        self.status_map = status_map
        self.rule_sets = tuple(sorted(rule_sets, key=lambda rules: rules.valid_from))
        self.calendar = calendar
        self._valid_from = [rules.valid_from.toordinal() for rules in self.rule_sets]

    @classmethod
    def from_json(cls, *, status_map: str, rule_sets: Sequence[str], calendar: str) -> Rulebook:
        """Return the rulebook written in JSON texts (schemas: docs/deadlines.md).

        Raises:
            ValueError: a text is not what it should be, or leaves a clock without a rule.
        """
        try:
            return cls(
                _status_map_from(json.loads(status_map)),
                [_rule_set_from(json.loads(text)) for text in rule_sets],
                _calendar_from(json.loads(calendar)),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error

    def amended(self, *, rule_sets: Sequence[str] = (), calendar: str = "") -> Rulebook:
        """Return this rulebook with more rule sets, and with a calendar if it is a newer one.

        Names are versions: what explains a date is named by it, for good. So nothing that is here
        can be replaced by something else of the same name.

        Args:
            rule_sets: JSON texts; ``calendar`` is one, or empty.

        Raises:
            ValueError: a text is not what it should be, or has the name of another content.
        """
        known = {rules.name: rules for rules in self.rule_sets}
        try:
            for rules in (_rule_set_from(json.loads(text)) for text in rule_sets):
                if known.setdefault(rules.name, rules) != rules:
                    raise ValueError(f"another rule set is called {rules.name!r}")
            holidays = _calendar_from(json.loads(calendar)) if calendar else self.calendar
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error
        if holidays.version == self.calendar.version and not holidays.is_same_as(self.calendar):
            raise ValueError(f"another calendar has the version {holidays.version!r}")
        newest = max(self.calendar, holidays, key=lambda each: each.version)
        return Rulebook(self.status_map, list(known.values()), newest)

    def rule_set_for(self, registered_at: int) -> RuleSet:
        """Return the rule set in force on the day a complaint was registered.

        A complaint older than every rule set is judged by the oldest one.
        """
        place = bisect_right(self._valid_from, self.calendar.ordinal_of(registered_at))
        return self.rule_sets[max(place - 1, 0)]

    def rule_for(self, clock: Clock, classification: Classification, registered_at: int) -> Rule:
        """Return the rule that gives a clock its days."""
        return self.rule_set_for(registered_at).rules[clock, classification]


def _status_map_from(data: Mapping[str, Any]) -> StatusMap:
    buckets: dict[str, Status] = {}
    for bucket, names in data["buckets"].items():
        for name in names:
            key = name.strip().casefold()
            if key in buckets:
                raise ValueError(f"two buckets for {name!r}")
            buckets[key] = Status(bucket)
    return StatusMap(version=data["version"], buckets=buckets)


def _rule_set_from(data: Mapping[str, Any]) -> RuleSet:
    rules = {
        (Clock(clock), classification): _rule_from(rule)
        for clock, by_classification in data["clocks"].items()
        for classification, rule in _expanded(by_classification).items()
    }
    missing = {(clock, kind) for clock in Clock for kind in Classification} - rules.keys()
    if missing:
        raise ValueError(f"no rule for {sorted(missing)}")
    return RuleSet(
        name=data["name"],
        valid_from=date.fromisoformat(data["valid_from"]),
        source=data["source"],
        rules=rules,
    )


def _expanded(by_classification: Mapping[str, Any]) -> dict[Classification, Any]:
    """Spell out the ``*`` of the files, which stands for all classifications."""
    if "*" in by_classification:
        return dict.fromkeys(Classification, by_classification["*"])
    return {Classification(kind): rule for kind, rule in by_classification.items()}


def _rule_from(data: Mapping[str, Any]) -> Rule:
    days = data["working_days"]
    if not isinstance(days, int) or days < 1:
        raise ValueError(f"working_days: {days!r}")
    return Rule(days, data["source"])


def _calendar_from(data: Mapping[str, Any]) -> Calendar:
    return Calendar(
        version=data["version"],
        holidays={date.fromisoformat(day): name for day, name in data["holidays"].items()},
        first_year=data["first_year"],
        last_year=data["last_year"],
        utc_offset_minutes=data["utc_offset_minutes"],
        provisional_years=data["provisional_years"],
    )
