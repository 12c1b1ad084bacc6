# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences of the sample world fit together and speak of what exists."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

import pytest

from sync.central.sample.bodies import Bodies, load_units
from sync.central.sample.office_time import WIB
from sync.central.sample.phrases import GENERAL, SECTORS, Scenario, Sector, document, sector
from sync.central.sample.places import Place
from sync.central.sample.slots import Slots
from sync.central.sample.writing import fitting


def all_scenarios() -> list[tuple[Sector, Scenario]]:
    return [(sector(name), s) for name in (*SECTORS, GENERAL) for s in sector(name).scenarios]


def test_sectors_name_real_institutions_and_units() -> None:
    """Every institution and unit that a sector weighs exists in the unit tree."""
    bodies = Bodies(load_units())
    for name in SECTORS:
        for institution, caseload in sector(name).institutions.items():
            known = {unit.name for unit in bodies.below(bodies.institution(institution))}
            assert set(caseload.units) <= known


def test_institutions_belong_to_one_sector() -> None:
    """No institution is weighed twice."""
    every = [institution for name in SECTORS for institution in sector(name).institutions]

    assert len(every) == len(set(every))


def test_scenarios_name_institutions_of_their_sector() -> None:
    """A scenario is never tied to somebody who cannot get it."""
    for field, scenario in all_scenarios():
        assert set(scenario.institutions) <= set(field.institutions)


def test_every_institution_of_a_sector_has_scenarios() -> None:
    """Each institution has at least three kinds of trouble, its own or anybody's."""
    general = len(sector(GENERAL).scenarios)
    for name in SECTORS:
        field = sector(name)
        for institution in field.institutions:
            own = [
                s for s in field.scenarios if not s.institutions or institution in s.institutions
            ]
            assert own, institution
            assert len(own) + general >= 3


@pytest.mark.parametrize("name", [*SECTORS, GENERAL])
def test_every_variant_can_be_told_in_full(name: str) -> None:
    """Whatever opening is drawn, there is a title, a request and an answer that fit it."""
    for scenario in sector(name).scenarios:
        variants = {letter for opening in scenario.openings for letter in opening.variants or "-"}
        for variant in variants:
            assert fitting(scenario.titles, variant), (scenario.key, variant)
            assert fitting(scenario.requests, variant), (scenario.key, variant)
            assert fitting(scenario.answers, variant), (scenario.key, variant)


@pytest.mark.parametrize("name", [*SECTORS, GENERAL])
def test_every_sentence_has_an_opening_to_go_with(name: str) -> None:
    """No sentence is marked for a variant that no opening begins."""
    for scenario in sector(name).scenarios:
        begun = {letter for opening in scenario.openings for letter in opening.variants}
        for sentences in (scenario.titles, scenario.details, scenario.requests, scenario.answers):
            assert {letter for sentence in sentences for letter in sentence.variants} <= begun


@pytest.mark.parametrize("name", [*SECTORS, GENERAL])
def test_every_template_can_be_filled(name: str) -> None:
    """No sentence asks for particulars that nobody can give."""
    field = sector(name)
    spot = "S" if field.spots else ""
    place = Place(province="P", city="C", district="D", village="V", spot=spot)
    for scenario in field.scenarios:
        slots = Slots(
            Random(1),
            received=datetime(2026, 11, 20, 9, tzinfo=WIB),
            place=place,
            short_name="BUMN",
            words=field.slots,
        )
        slots["tanggal_selesai"] = "1 Januari 2026"
        for sentences in (
            *(scenario.titles, scenario.openings, scenario.details),
            *(scenario.requests, scenario.answers),
        ):
            for sentence in sentences:
                assert "{" not in slots.fill(sentence.template)


def test_slots_at_speak_of_existing_names() -> None:
    """Local words and spots are tied to names that occur in the unit tree."""
    bodies = Bodies(load_units())
    for name in SECTORS:
        field = sector(name)
        paths = [
            f"{institution} > {unit.name}"
            for institution in field.institutions
            for unit in bodies.below(bodies.institution(institution))
        ]
        for part in [*field.slots_at, *(part for part in field.spots if part != "*")]:
            assert any(part in path for path in paths), part


def test_places_are_complete() -> None:
    """Every place has four parts, every region and home names places that exist."""
    table: dict[str, Any] = document("places")
    lines = table["places"]

    assert {4} == {len(line.split("|")) for line in lines}
    for regions in (*table["regions"].values(), *table["homes"].values()):
        assert all(any(line.startswith(region) for line in lines) for region in regions)
