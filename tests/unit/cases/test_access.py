# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees which units, does what, and reads which words."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cases.access import (
    Actor,
    Role,
    Scope,
    Unit,
    UnitTree,
    may_do,
    may_read,
    may_see_reporter,
    scope_of,
    veiled,
    veiled_event,
)
from sync.cases.case import Attachment, Case
from sync.cases.commands import COMMAND_KINDS, Close, CommandBody, Note, Respond
from sync.cases.events import (
    Attached,
    Corrected,
    Disposed,
    EventBody,
    FilesArrived,
    FollowedUp,
    Reopened,
    StatusReported,
    evolve,
)
from sync.cases.ids import UnitId
from tests.support.casework import (
    OTHER_UNIT,
    UNIT,
    a_case,
    an_actor,
    an_event,
    cases,
    event_bodies,
    roles,
)

MINISTRY, COMPANY, BRANCH, OFFICE, SUBSIDIARY, PLANT, STRANGER = map(UnitId, range(1, 8))
TREE = UnitTree(
    [
        Unit(id=MINISTRY, name="Kementerian BUMN"),
        Unit(id=COMPANY, name="PT PLN (Persero)", coordinated_by=MINISTRY),
        Unit(id=BRANCH, name="UID Jawa Barat", parent_id=COMPANY),
        Unit(id=OFFICE, name="UP3 Bandung", parent_id=BRANCH),
        Unit(id=SUBSIDIARY, name="PT PLN Indonesia Power", coordinated_by=COMPANY),
        Unit(id=PLANT, name="UBP Suralaya", parent_id=SUBSIDIARY),
        Unit(id=STRANGER, name="Kota Depok"),
    ]
)

NOWHERE = Scope()
HANDLES = Scope(handles=frozenset({UNIT}))
WATCHES = Scope(watches=frozenset({UNIT}))
EVERYTHING = Scope(everything=True)
scopes = st.sampled_from([NOWHERE, HANDLES, WATCHES, EVERYTHING])
actors = st.builds(lambda role, scope: an_actor(role, scope=scope), roles, scopes)

SECRET_WORDS = "Pengawas meminta uang."
SECRET_CASE = a_case(
    secret=True,
    title=SECRET_WORDS,
    text=SECRET_WORDS,
    text_original=SECRET_WORDS,
    location=SECRET_WORDS,
    reason=SECRET_WORDS,
    next_step=SECRET_WORDS,
    attachments=(Attachment(name=SECRET_WORDS, size_bytes=1),),
)


def test_a_subtree_is_the_unit_and_all_below() -> None:
    """Parts of parts belong to it; what it only coordinates does not."""
    assert {COMPANY, BRANCH, OFFICE} == TREE.subtree(COMPANY)


def test_coordination_reaches_companies_their_subsidiaries_and_all_their_units() -> None:
    """A ministry watches every level below the enterprises, and not itself."""
    assert {COMPANY, BRANCH, OFFICE, SUBSIDIARY, PLANT} == TREE.coordinated(MINISTRY)


def test_a_unit_that_coordinates_nothing_has_nothing_to_watch() -> None:
    """An ordinary unit has an empty coordination."""
    assert frozenset() == TREE.coordinated(STRANGER)


def test_the_path_leads_from_the_coordinator_to_the_unit() -> None:
    """Both relations are followed upwards, the nearer parent first."""
    assert [MINISTRY, COMPANY, BRANCH, OFFICE] == [unit.id for unit in TREE.path(OFFICE)]


def test_an_unknown_unit_has_no_path() -> None:
    """A unit that this computer does not know is nowhere."""
    assert () == TREE.path(UnitId(99))
    assert TREE.get(UnitId(99)) is None


def test_a_ring_of_units_ends_somewhere() -> None:
    """Wrong data cannot hang the program: every walk visits a unit once."""
    ring = UnitTree(
        [
            Unit(id=UnitId(1), name="A", parent_id=UnitId(2), coordinated_by=UnitId(2)),
            Unit(id=UnitId(2), name="B", parent_id=UnitId(1), coordinated_by=UnitId(1)),
        ]
    )
    assert {1, 2} == ring.subtree(UnitId(1))
    assert frozenset() == ring.coordinated(UnitId(1))
    assert {1, 2} == {unit.id for unit in ring.path(UnitId(1))}


@pytest.mark.parametrize(
    ("expected", "role"),
    [
        (Scope(everything=True), Role.NATIONAL_ADMIN),
        (Scope(handles=frozenset({COMPANY, BRANCH, OFFICE})), Role.AGENCY_ADMIN),
        (Scope(handles=frozenset({COMPANY, BRANCH, OFFICE})), Role.SUPERVISOR),
        (Scope(handles=frozenset({COMPANY, BRANCH, OFFICE})), Role.LIAISON),
        (
            Scope(watches=frozenset({COMPANY, BRANCH, OFFICE, SUBSIDIARY, PLANT})),
            Role.COORDINATOR,
        ),
    ],
)
def test_the_role_decides_the_scope(expected: Scope, role: Role) -> None:
    """Units are worked on by those who belong to them and watched by coordinators."""
    assert expected == scope_of(role, COMPANY, TREE)


@pytest.mark.parametrize(
    ("expected", "scope"),
    [(False, NOWHERE), (True, HANDLES), (True, WATCHES), (True, EVERYTHING)],
)
def test_a_scope_sees_what_it_handles_or_watches(expected: bool, scope: Scope) -> None:
    """Outside there is nothing to see."""
    assert expected == scope.sees(UNIT)


@pytest.mark.parametrize(
    ("expected", "role"),
    [
        ({"respond", "follow_up", "note", "assign", "close", "reopen"}, Role.LIAISON),
        ({"respond", "follow_up", "note", "assign", "close", "reopen"}, Role.AGENCY_ADMIN),
        ({"note", "assign", "close", "reopen"}, Role.SUPERVISOR),
        ({"note"}, Role.COORDINATOR),
        ({"note", "close", "reopen"}, Role.NATIONAL_ADMIN),
    ],
)
def test_the_role_decides_the_acts(expected: set[str], role: Role) -> None:
    """Who answers citizens, who supervises and who only watches do different things."""
    actor = an_actor(role)
    allowed = {kind for kind, body in COMMAND_KINDS.items() if may_do(actor, body, UNIT)}
    assert expected | {"hand_over"} == allowed


@given(actors, st.sampled_from([Respond, Note, Close]))
def test_nobody_acts_outside_their_scope(actor: Actor, body: type[CommandBody]) -> None:
    """What is not seen is not touched."""
    if may_do(actor, body, OTHER_UNIT):
        assert actor.scope.sees(OTHER_UNIT)


@pytest.mark.parametrize(
    ("expected", "role", "scope", "anonymous"),
    [
        (True, Role.LIAISON, HANDLES, False),
        (False, Role.LIAISON, HANDLES, True),
        (False, Role.SUPERVISOR, HANDLES, True),
        (True, Role.AGENCY_ADMIN, HANDLES, True),
        (True, Role.NATIONAL_ADMIN, EVERYTHING, True),
        (False, Role.COORDINATOR, WATCHES, False),
        (False, Role.AGENCY_ADMIN, NOWHERE, False),
    ],
)
def test_who_complained_is_known_to_those_who_work_on_it(
    expected: bool, role: Role, scope: Scope, anonymous: bool
) -> None:
    """Watchers never know; anonymous reporters are known to the agency's admin at most."""
    actor = an_actor(role, scope=scope)
    assert expected == may_see_reporter(actor, a_case(anonymous=anonymous))


@pytest.mark.parametrize(
    ("expected", "scope", "secret"),
    [
        (True, HANDLES, True),
        (True, EVERYTHING, True),
        (False, WATCHES, True),
        (True, WATCHES, False),
        (False, NOWHERE, False),
    ],
)
def test_secret_cases_are_read_by_those_who_work_on_them(
    expected: bool, scope: Scope, secret: bool
) -> None:
    """*Rahasia* keeps watchers out; nobody reads what is out of scope."""
    assert expected == may_read(an_actor(scope=scope), a_case(secret=secret))


def test_a_veiled_case_keeps_no_word() -> None:
    """A watcher may count a secret case, and find no word, file or person in it."""
    seen = veiled(an_actor(Role.COORDINATOR, scope=WATCHES), SECRET_CASE)
    values = [getattr(seen, field.name) for field in fields(seen)]
    assert SECRET_WORDS not in str(values)
    assert seen.reporter is None
    assert (SECRET_CASE.tracking_id, SECRET_CASE.unit_id) == (seen.tracking_id, seen.unit_id)


@pytest.mark.parametrize(
    "body",
    [
        StatusReported(raw_status="Tunda", reason=SECRET_WORDS),
        Corrected(title=SECRET_WORDS, text=SECRET_WORDS),
        Disposed(unit_id=UNIT, note=SECRET_WORDS),
        FollowedUp(
            text=SECRET_WORDS,
            done_on=date(2026, 11, 2),
            evidence=(Attachment(name=SECRET_WORDS, size_bytes=1),),
            next_step=SECRET_WORDS,
        ),
        Reopened(reason=SECRET_WORDS),
        Attached(attachments=(Attachment(name=SECRET_WORDS, size_bytes=1),)),
        FilesArrived(
            digests=(SECRET_WORDS,), lost=(SECRET_WORDS,)
        ),  # or a guessed file could be confirmed
    ],
)
def test_a_veiled_fact_keeps_no_word(body: EventBody) -> None:
    """Words and file names are taken out; what happened and when stays."""
    event = an_event(body)
    seen = veiled_event(an_actor(Role.COORDINATOR, scope=WATCHES), SECRET_CASE, event)
    assert SECRET_WORDS not in str(seen)
    assert (type(body), event.at, event.v) == (type(seen.body), seen.at, seen.v)


@given(actors, cases)
def test_those_who_may_see_everything_see_it_unchanged(actor: Actor, case: Case) -> None:
    """The veil takes away only from those who may not read or know."""
    if may_read(actor, case) and may_see_reporter(actor, case):
        assert case == veiled(actor, case)


@given(actors, cases)
def test_a_second_veil_takes_nothing_more(actor: Actor, case: Case) -> None:
    """Veiling is complete the first time."""
    once = veiled(actor, case)
    assert once == veiled(actor, once)


@given(actors, cases, event_bodies.filter(lambda body: not isinstance(body, Disposed)))
def test_a_veiled_case_evolves_like_the_case(actor: Actor, case: Case, body: EventBody) -> None:
    """A device that gets veiled facts stands where it would by getting the veiled case."""
    event = an_event(body, v=case.v + 1)
    told = evolve(veiled(actor, case), veiled_event(actor, case, event))
    expected = veiled(actor, evolve(case, event))
    assert expected == told
