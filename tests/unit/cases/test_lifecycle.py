# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes of a command: accepted, refused, or shown to the officer first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given

from sync.cases.access import Role, Scope, may_do
from sync.cases.case import Case, Status
from sync.cases.commands import (
    COMMAND_KINDS,
    Assign,
    Close,
    CommandBody,
    FollowUp,
    Note,
    Reopen,
    Respond,
)
from sync.cases.events import (
    KIND_OF_EVENT,
    Assigned,
    CitizenReplied,
    Closed,
    Corrected,
    Disposed,
    Event,
    EventBody,
    FollowedUp,
    Noted,
    Reopened,
    Responded,
    StatusReported,
)
from sync.cases.ids import OfficerId
from sync.cases.lifecycle import (
    MAX_WORDS_LENGTH,
    Accept,
    Conflict,
    Decision,
    Refusal,
    decide,
    event_of,
    refusal,
)
from sync.cases.policy import (
    FLAGS,
    INSISTED,
    POLICY,
    Choice,
    Meeting,
)
from tests.support.casework import (
    OFFICER,
    OTHER_UNIT,
    UNIT,
    a_case,
    a_command,
    an_actor,
    an_event,
    cases,
    command_bodies,
    histories,
    roles,
    statuses,
)

DONE_ON = date(2026, 11, 2)
ANY_BODY: dict[type[CommandBody], CommandBody] = {
    Respond: Respond(text="Sudah."),
    FollowUp: FollowUp(text="Sudah.", done_on=DONE_ON),
    Note: Note(text="Sudah."),
    Assign: Assign(officer_id=OfficerId(71)),
    Close: Close(text="Sudah."),
    Reopen: Reopen(text="Belum."),
}
APPENDS = (Note, FollowUp)
GUARDED = tuple(kind for kind, policy in POLICY.items() if policy.kinds(Meeting.ASK))


def decision(
    body: CommandBody,
    *,
    status: Status = Status.IN_PROGRESS,
    newer: Sequence[EventBody] = (),
    role: Role = Role.LIAISON,
    case: Case | None = None,
) -> Decision:
    return decide(
        a_case() if case is None else case,
        status,
        a_command(body),
        an_actor(role),
        newer=[an_event(fact) for fact in newer],
    )


def test_every_command_has_a_policy() -> None:
    """No command is decided by accident."""
    assert set(COMMAND_KINDS.values()) == set(POLICY)


def test_a_policy_that_guards_names_its_conflict() -> None:
    """A conflict has a code and leaves the officer at least to withdraw."""
    for policy in POLICY.values():
        asks = bool(policy.kinds(Meeting.ASK))
        assert asks == bool(policy.code)
        assert asks == (Choice.WITHDRAW in policy.choices)


@pytest.mark.parametrize("kind", [*ANY_BODY])
def test_a_command_becomes_its_fact(kind: type[CommandBody]) -> None:
    """On a case that did not change, what an officer does is recorded as it is."""
    status = Status.DONE if kind is Reopen else Status.IN_PROGRESS
    assert Accept(event_of(ANY_BODY[kind])) == decision(ANY_BODY[kind], status=status)


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        (Responded(text="a"), Respond(text="a")),
        (
            FollowedUp(text="a", done_on=DONE_ON, next_step="b", next_step_on=DONE_ON),
            FollowUp(text="a", done_on=DONE_ON, next_step="b", next_step_on=DONE_ON),
        ),
        (Noted(text="a"), Note(text="a")),
        (Assigned(officer_id=OFFICER, officer_name="Budi"), Assign(officer_id=OFFICER)),
        (Closed(text="a"), Close(text="a")),
        (Reopened(reason="a"), Reopen(text="a")),
    ],
)
def test_the_fact_says_what_the_command_said(expected: EventBody, body: CommandBody) -> None:
    """No word is lost between intent and fact."""
    assert expected == event_of(body, assignee_name="Budi")


@pytest.mark.parametrize(
    ("expected", "kind"),
    [
        (set(Status), Note),
        (set(Status), FollowUp),
        (set(Status), Respond),
        (set(Status) - {Status.DONE, Status.ARCHIVED}, Close),
        (set(Status) - {Status.DONE, Status.ARCHIVED}, Assign),
        ({Status.DONE, Status.ARCHIVED}, Reopen),
    ],
)
def test_the_status_decides_what_may_be_done(
    expected: set[Status], kind: type[CommandBody]
) -> None:
    """Closing needs an open case, reopening a closed one, words go anywhere."""
    actor = an_actor()
    allowed = {
        status for status in Status if refusal(a_case(), status, ANY_BODY[kind], actor) is None
    }
    assert expected == allowed


def test_a_case_out_of_scope_is_refused_whatever_the_role() -> None:
    """Nobody acts on what they cannot see."""
    actor = an_actor(scope=Scope(handles=frozenset({OTHER_UNIT})))
    found = refusal(a_case(unit_id=UNIT), Status.IN_PROGRESS, Note(text="a"), actor)
    assert Refusal("refused.out-of-scope", (Choice.WITHDRAW,)) == found


@pytest.mark.parametrize("text", ["", "  \n"])
def test_empty_words_are_refused(text: str) -> None:
    """An answer says something."""
    assert Refusal("refused.empty") == decision(Respond(text=text))


@pytest.mark.parametrize(
    ("expected", "length"),
    [
        (Accept(Noted(text="x" * MAX_WORDS_LENGTH)), MAX_WORDS_LENGTH),
        (Refusal("refused.too-long"), MAX_WORDS_LENGTH + 1),
    ],
)
def test_words_have_a_limit(expected: Decision, length: int) -> None:
    """The longest entry that is accepted is exactly the limit."""
    assert expected == decision(Note(text="x" * length))


def test_assigning_whom_the_case_has_already_records_nothing() -> None:
    """A wish that is fulfilled is accepted without a fact, also when others changed the case."""
    case = a_case(assignee_id=OFFICER)
    body = Assign(officer_id=OFFICER)
    assert Accept(None) == decision(body, case=case)
    assert Accept(None) == decision(body, case=case, newer=[Assigned(officer_id=OFFICER)])


@pytest.mark.parametrize(
    ("expected", "kind"),
    [
        (
            {"citizen", "responded", "followed_up", "noted", "closed", "reopened", "disposed"},
            Respond,
        ),
        (
            {"citizen", "responded", "followed_up", "noted", "closed", "reopened", "disposed"},
            Close,
        ),
        ({"assigned", "disposed"}, Assign),
        ({"closed", "reopened"}, Reopen),
        (set(), Note),
        (set(), FollowUp),
    ],
)
def test_what_the_officer_must_see_first(expected: set[str], kind: type[CommandBody]) -> None:
    """Each command stops for the facts that may change the officer's mind, and no others."""
    facts: list[EventBody] = [
        StatusReported(raw_status="Proses"),
        Corrected(title="Baru"),
        Disposed(unit_id=UNIT),
        Responded(text="a"),
        FollowedUp(text="a", done_on=DONE_ON),
        Noted(text="a"),
        Assigned(officer_id=OFFICER),
        Closed(text="a"),
        Reopened(reason="a"),
        CitizenReplied(text="a"),
    ]
    status = Status.DONE if kind is Reopen else Status.IN_PROGRESS
    stopped = {
        KIND_OF_EVENT[type(fact)]
        for fact in facts
        if isinstance(decision(ANY_BODY[kind], status=status, newer=[fact]), Conflict)
    }
    assert expected == stopped


def test_an_append_that_crosses_a_closure_is_recorded_and_flagged() -> None:
    """A note joins the history of a case that was closed meanwhile, and says so, once."""
    newer: list[EventBody] = [Closed(text="b"), Closed(text="c"), CitizenReplied(text="d")]
    found = decision(Note(text="a"), status=Status.DONE, newer=newer)
    flags = ("meanwhile.closed", "meanwhile.citizen")
    assert Accept(Noted(text="a"), flags) == found


def test_a_conflict_names_what_led_to_it() -> None:
    """Only the kinds that made the centre ask are named, in the order in which they came."""
    newer: list[EventBody] = [
        Assigned(officer_id=OFFICER),
        Noted(text="b"),
        CitizenReplied(text="d"),
    ]
    found = decision(Close(text="a"), newer=newer)
    assert isinstance(found, Conflict)
    assert ("meanwhile.noted", "meanwhile.citizen") == found.flags


@pytest.mark.parametrize(
    ("expected", "body", "resolved"),
    [
        ((INSISTED,), Close(text="a"), ["meanwhile.citizen"]),
        ((INSISTED,), Respond(text="a"), ["meanwhile.noted", "meanwhile.citizen"]),
        ((INSISTED,), Close(text="a"), [INSISTED]),
        ((), Close(text="a"), ["meanwhile.noted"]),
        ((), Close(text="a"), []),
        ((), Note(text="a"), ["meanwhile.citizen"]),
    ],
)
def test_insisting_over_the_citizen_is_flagged(
    expected: tuple[str, ...], body: CommandBody, resolved: list[str]
) -> None:
    """Older words released over a newer message of the citizen say so."""
    command = a_command(body)
    found = decide(
        a_case(),
        Status.IN_PROGRESS,
        command,
        an_actor(Role.LIAISON),
        newer=[],
        resolved=resolved,
    )
    assert Accept(event_of(body), expected) == found


def test_insisting_twice_is_not_forgotten() -> None:
    """When the second attempt conflicts again, the third still knows of the citizen."""
    found = decide(
        a_case(),
        Status.IN_PROGRESS,
        a_command(Close(text="a")),
        an_actor(Role.LIAISON),
        newer=[an_event(Noted(text="b"))],
        resolved=["meanwhile.citizen"],
    )
    assert isinstance(found, Conflict)
    assert ("meanwhile.noted", INSISTED) == found.flags


def test_a_conflict_comes_before_the_status() -> None:
    """Closing what somebody just closed asks the officer instead of only saying no."""
    found = decision(Close(text="a"), status=Status.DONE, newer=[Closed(text="b")])
    assert isinstance(found, Conflict)
    assert Choice.AS_RESPONSE in found.choices


def decided(
    case: Case, status: Status, body: CommandBody, role: Role, newer: Sequence[Event]
) -> Decision:
    return decide(case, status, a_command(body), an_actor(role), newer=newer)


@given(cases, statuses, command_bodies, roles, histories())
def test_appends_never_conflict(
    case: Case, status: Status, body: CommandBody, role: Role, newer: Sequence[Event]
) -> None:
    """Notes and follow-ups join the history wherever it stands."""
    if isinstance(body, APPENDS):
        assert not isinstance(decided(case, status, body, role, newer), Conflict)


@given(cases, statuses, command_bodies, roles, histories())
def test_nothing_guarded_passes_something_unseen(
    case: Case, status: Status, body: CommandBody, role: Role, newer: Sequence[Event]
) -> None:
    """A guarded command after newer entries is never recorded as a fact."""
    guards = POLICY[type(body)].kinds(Meeting.ASK)
    if any(type(event.body) in guards for event in newer):
        found = decided(case, status, body, role, newer)
        assert not isinstance(found, Accept) or found.event is None


@given(cases, statuses, command_bodies, roles, histories())
def test_a_refused_role_is_never_accepted(
    case: Case, status: Status, body: CommandBody, role: Role, newer: Sequence[Event]
) -> None:
    """Neither a noop nor a conflict lets anybody past their role or scope."""
    if not may_do(an_actor(role), type(body), case.unit_id):
        assert isinstance(decided(case, status, body, role, newer), Refusal)


@given(cases, statuses, command_bodies, roles)
def test_the_client_foresees_the_centre(
    case: Case, status: Status, body: CommandBody, role: Role
) -> None:
    """On a case that did not change, what the client refuses the centre refuses, and no more."""
    early = refusal(case, status, body, an_actor(role))
    late = decided(case, status, body, role, ())
    noop = isinstance(body, Assign) and body.officer_id == case.assignee_id
    if noop and (early is None or early.code == "refused.status"):
        assert Accept(None) == late
    else:
        assert (early or Accept(event_of(body))) == late


@given(cases, statuses, command_bodies, roles, histories())
def test_what_is_accepted_is_what_the_officer_did(
    case: Case, status: Status, body: CommandBody, role: Role, newer: Sequence[Event]
) -> None:
    """The recorded fact is the one that the client showed, however much happened before it."""
    found = decided(case, status, body, role, newer)
    if isinstance(found, Accept) and found.event is not None:
        assert event_of(body) == found.event
        assert FLAGS.issuperset(found.flags)


@given(cases, statuses, command_bodies, roles, histories())
def test_a_guarded_command_that_is_stopped_can_be_withdrawn(
    case: Case, status: Status, body: CommandBody, role: Role, newer: Sequence[Event]
) -> None:
    """Whatever the centre says, the officer is never left without a way out."""
    found = decided(case, status, body, role, newer)
    if not isinstance(found, Accept):
        assert Choice.WITHDRAW in found.choices
        assert found.code
