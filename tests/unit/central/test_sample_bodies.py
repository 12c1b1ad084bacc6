# SPDX-License-Identifier: AGPL-3.0-or-later
"""The unit tree of state enterprises is complete and without contradictions."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import resources
from sync.cases.access import Unit, UnitTree
from sync.cases.ids import UnitId
from sync.central.sample.bodies import Bodies, load_units


@pytest.fixture(scope="module")
def units() -> dict[UnitId, Unit]:
    return {unit.id: unit for unit in load_units()}


def test_unit_tree_has_the_bodies_it_claims(units: dict[UnitId, Unit]) -> None:
    """One ministry, the 118 enterprises of the founding statement, at least 40 subsidiaries."""
    kinds = Counter(unit.kind for unit in units.values())

    assert {"kementerian", "bumn", "anak_perusahaan", "unit"} == set(kinds)
    assert (1, 118) == (kinds["kementerian"], kinds["bumn"])
    assert kinds["anak_perusahaan"] >= 40


def test_unit_tree_says_where_it_comes_from() -> None:
    """The list names its source and date, and what of it is not confirmed."""
    source = json.loads(resources.text("units/bumn.json"))["source"]

    assert "2017-04-17" == source["as_of"]
    assert "belum dicocokkan" in source["names"]


def test_unit_ids_and_institution_names_are_unique() -> None:
    """No id occurs twice, no institution has the name or short name of another."""
    every = load_units()
    institutions = [unit for unit in every if unit.parent_id is None]

    assert len(every) == len({unit.id for unit in every})
    assert len(institutions) == len({unit.name for unit in institutions})
    assert len(institutions) == len({unit.short_name for unit in institutions})


def test_siblings_have_different_names(units: dict[UnitId, Unit]) -> None:
    """Two units of one body can be told apart."""
    names = [(unit.parent_id, unit.name) for unit in units.values()]

    assert len(names) == len(set(names))


def test_references_of_the_unit_tree_hold(units: dict[UnitId, Unit]) -> None:
    """Units belong to a body; institutions to nobody, and the right one coordinates them."""
    coordinator = {"kementerian": None, "bumn": "kementerian", "anak_perusahaan": "bumn"}
    for unit in units.values():
        by = None if unit.coordinated_by is None else units[unit.coordinated_by].kind
        if unit.kind == "unit":
            assert unit.parent_id in units
            assert by is None
        else:
            assert unit.parent_id is None
            assert coordinator[unit.kind] == by


def test_unit_tree_has_no_cycle(units: dict[UnitId, Unit]) -> None:
    """From every unit the way up ends at an institution within three steps."""
    tree = UnitTree(units.values())
    for unit in units.values():
        within = [step for step in tree.path(unit.id) if step.kind == "unit"]
        assert len(within) <= 2


def test_every_institution_has_units(units: dict[UnitId, Unit]) -> None:
    """Each body has somebody to dispose a case to, and some are two levels deep."""
    bodies = Bodies(units.values())

    assert all(len(bodies.below(body)) >= 2 for body in bodies.institutions())
    assert any(units[unit.parent_id].parent_id for unit in units.values() if unit.parent_id)


def test_ministry_coordinates_everybody(units: dict[UnitId, Unit]) -> None:
    """The ministry reaches every enterprise, subsidiary and unit, but they are not its units."""
    ministry = next(unit for unit in units.values() if unit.kind == "kementerian")
    tree = UnitTree(units.values())

    assert set(units) == tree.coordinated(ministry.id) | tree.subtree(ministry.id)
    assert 5 == len(tree.subtree(ministry.id))


def test_unit_file_has_one_body_a_line() -> None:
    """The file diffs well: each line of the list is one whole object."""
    lines = resources.text("units/bumn.json").split('"units": [\n')[1].splitlines()

    assert len(load_units()) == sum(bool(json.loads(line.rstrip(","))) for line in lines[:-2])
