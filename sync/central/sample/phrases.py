# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of the sample world as typed values: sectors, their scenarios, shared phrases.

A scenario is one kind of trouble. Where it has variants (a lift or an escalator out of order), a
sentence is marked with the letters of those it fits ("ab: ..."); unmarked sentences fit all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import resources

SECTORS: Final = (
    *("krl", "kereta", "listrik", "energi", "pelabuhan", "udara", "telekomunikasi", "keuangan"),
    *("asuransi", "pos", "tol", "darat", "pangan", "permukiman", "kesehatan", "kementerian"),
)
GENERAL: Final = "umum"
"""What any enterprise may be told; enterprises without a sector hear only this."""

COMPLAINT: Final = "Pengaduan tidak berkadar pengawasan"

_CLASSIFICATIONS: Final = {
    "pengawasan": "Pengaduan berkadar pengawasan",
    "pengaduan": COMPLAINT,
    "aspirasi": "Aspirasi",
    "informasi": "Permintaan informasi",
}
_FIRST_CATEGORY_ID: Final = 1001
_MARKED: Final = re.compile(r"([a-e]+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A template and the variants of its scenario that it fits; no letters mean all."""

    template: str
    variants: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One kind of trouble.

    Attributes:
        units: parts of unit names that get it; empty for any unit.
        institutions: whole institution names that get it; empty for all of the sector.
        secret: whether citizens tend to ask for secrecy.
        steps: what officers do next, as "what was done|what comes next".
    """

    key: str
    category: str
    classification: str
    weight: int
    units: tuple[str, ...]
    institutions: tuple[str, ...]
    secret: bool
    titles: tuple[Sentence, ...]
    openings: tuple[Sentence, ...]
    details: tuple[Sentence, ...]
    requests: tuple[Sentence, ...]
    answers: tuple[Sentence, ...]
    steps: tuple[str, ...]
    attachments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """How much an institution gets, and which of its units get more than the others."""

    weight: int
    units: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A field of service: who works in it, what is said about it.

    Attributes:
        slots: slot -> words; "train|line" are two slots whose words go together.
        slots_at: part of the name of an institution or unit -> slots that hold there.
        spots: part of the name of a unit, else of an institution -> stations, ports or gates as
            "name|city|district|village"; "*" for all others.
    """

    name: str
    institutions: Mapping[str, Caseload]
    slots: Mapping[str, tuple[str, ...]]
    slots_at: Mapping[str, Mapping[str, tuple[str, ...]]]
    spots: Mapping[str, tuple[str, ...]]
    impacts: tuple[str, ...]
    scenarios: tuple[Scenario, ...]


@cache
def document(name: str) -> dict[str, Any]:
    """One file of resources/sample, parsed."""
    return tomllib.loads(resources.text(f"sample/{name}.toml"))


def phrases(*path: str) -> tuple[str, ...]:
    """A list of shared phrases by its place in phrases.toml."""
    value: Any = document("phrases")
    for name in path:
        value = value[name]
    return tuple(value)


def spelling(kind: str) -> Mapping[str, str]:
    """Standard word -> the word as people type it; kinds: "slang", "typos"."""
    return dict(document("phrases")[kind])


@cache
def sector(name: str) -> Sector:
    """One sector with everything that is said about it."""
    raw = document(name)
    shared = raw["shared"]
    return Sector(
        name=name,
        institutions={
            entry["name"]: Caseload(weight=entry["weight"], units=entry.get("units", {}))
            for entry in raw.get("institution", ())
        },
        slots=_lists(raw.get("slots", {})),
        slots_at={part: _lists(slots) for part, slots in raw.get("slots_at", {}).items()},
        spots=_lists(raw.get("spots", {})),
        impacts=tuple(shared["impacts"]),
        scenarios=tuple(_scenario(entry, shared) for entry in raw["scenario"]),
    )


def sectors() -> Iterator[Sector]:
    """All sectors that have institutions of their own."""
    return (sector(name) for name in SECTORS)


@cache
def category_ids() -> Mapping[str, str]:
    """Category name -> its id in the export; invented leaves of the national category tree."""
    names = (s.category for name in (*SECTORS, GENERAL) for s in sector(name).scenarios)
    return {
        name: str(number) for number, name in enumerate(dict.fromkeys(names), _FIRST_CATEGORY_ID)
    }


def _scenario(entry: Mapping[str, Any], shared: Mapping[str, list[str]]) -> Scenario:
    return Scenario(
        key=entry["key"],
        category=entry["category"],
        classification=_CLASSIFICATIONS[entry.get("classification", "pengaduan")],
        weight=entry["weight"],
        units=tuple(entry.get("units", ())),
        institutions=tuple(entry.get("institutions", ())),
        secret=entry.get("secret", False),
        titles=_sentences(entry["titles"]),
        openings=_sentences(entry["openings"]),
        details=_sentences(entry["details"]),
        requests=_sentences(entry.get("requests", shared["requests"])),
        answers=_sentences(entry["answers"]),
        steps=tuple(entry.get("steps", shared["steps"])),
        attachments=tuple(entry.get("attachments", ())),
    )


def _sentences(lines: list[str]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(match[2], match[1]) if (match := _MARKED.fullmatch(line)) else Sentence(line)
        for line in lines
    )


def _lists(table: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in table.items()}
