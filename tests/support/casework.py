# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builders and strategies for values of the case rules; every argument has a harmless default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sync.cases.access import Actor, Role, Scope
from sync.cases.calendars import Calendar
from sync.cases.case import Case, Classification, Milestones, Status, StatusMap
from sync.cases.commands import (
    Assign,
    Close,
    Command,
    CommandBody,
    FollowUp,
    Note,
    Reopen,
    Respond,
)
from sync.cases.events import (
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
    evolve,
)
from sync.cases.ids import CaseId, CommandId, DeviceId, OfficerId, UnitId
from sync.cases.rulebook import Clock, Rule, Rulebook, RuleSet

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
WIB = timedelta(hours=7)

UNIT = UnitId(7)
OTHER_UNIT = UnitId(8)
OFFICER = OfficerId(70)
DEVICE = DeviceId("perangkat-sendiri")
FOREIGN_DEVICE = DeviceId("perangkat-lain")

STATUS_MAP = StatusMap(
    version="uji",
    buckets={
        "belum terverifikasi": Status.UNVERIFIED,
        "terverifikasi": Status.NOT_STARTED,
        "proses": Status.IN_PROGRESS,
        "menunggu tanggapan pelapor": Status.AWAITING_REPORTER,
        "ditutup oleh sistem": Status.DONE,
        "tunda": Status.POSTPONED,
        "diarsipkan oleh admin": Status.ARCHIVED,
    },
)
RAW_STATUSES = ("", "Status Baru", *STATUS_MAP.buckets)


def instant(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> int:
    """Return a moment of western Indonesian time in UTC milliseconds."""
    local = datetime(year, month, day, hour, minute, tzinfo=UTC)
    return int((local - WIB).timestamp()) * 1000


REGISTERED_AT = instant(2026, 11, 2)


def a_case(**changes: Any) -> Case:
    """Return a complaint that reached its unit; milestones may be given by their own names."""
    marks = {name: changes.pop(name) for name in Milestones.__slots__ if name in changes}
    marks = {"registered_at": REGISTERED_AT} | marks
    case = Case(
        id=CaseId(1),
        tracking_id="9876543",
        unit_id=UNIT,
        institution="PT PLN (Persero)",
        title="Lampu jalan padam",
        text="Lampu jalan di depan pasar padam sejak seminggu.",
        classification=Classification.COMPLAINT,
        category="Energi",
        channel="Web",
        reporter="Sari Melati",
        raw_status="Terverifikasi",
        milestones=Milestones(**marks),
    )
    return replace(case, **changes)


def an_event(body: EventBody, **changes: Any) -> Event:
    """Return the first fact of a ledger."""
    event = Event(case_id=CaseId(1), v=1, at=REGISTERED_AT + HOUR_MS, body=body)
    return replace(event, **changes)


def a_command(body: CommandBody, **changes: Any) -> Command:
    """Return one act of the officer."""
    command = Command(
        id=CommandId("c-1"), n=1, case_id=CaseId(1), base_v=0, at=REGISTERED_AT, body=body
    )
    return replace(command, **changes)


def an_actor(role: Role = Role.LIAISON, *, scope: Scope | None = None) -> Actor:
    """Return an officer of the unit."""
    own = Scope(handles=frozenset({UNIT}))
    return Actor(
        id=OFFICER,
        name="Budi Laksana",
        role=role,
        unit_id=UNIT,
        scope=own if scope is None else scope,
    )


def a_calendar(holidays: Mapping[date, str] | None = None, **changes: Any) -> Calendar:
    """Return a calendar that knows 2024 to 2027 and, unless told, no holiday."""
    known: dict[str, Any] = {"version": "uji-1", "first_year": 2024, "last_year": 2027}
    return Calendar(holidays=holidays or {}, **(known | changes))


def a_rule_set(name: str = "Aturan uji", **changes: Any) -> RuleSet:
    """Return invented numbers: 2, 4, 20 and 7 working days."""
    days = {Clock.VERIFY: 2, Clock.FIRST_ANSWER: 4, Clock.COMPLETION: 20, Clock.AUTO_CLOSE: 7}
    rules = {
        (clock, kind): Rule(days[clock], f"{name}: {clock.value}")
        for clock in Clock
        for kind in Classification
    }
    known: dict[str, Any] = {"valid_from": date(2020, 1, 1), "source": name, "rules": rules}
    return RuleSet(name=name, **(known | changes))


def a_rulebook(*, calendar: Calendar | None = None, rule_sets: Sequence[RuleSet] = ()) -> Rulebook:
    """Return a rulebook of invented numbers."""
    return Rulebook(STATUS_MAP, rule_sets or [a_rule_set()], calendar or a_calendar())


words = st.text(min_size=1, max_size=12).filter(str.strip)
days_around = st.dates(date(2023, 6, 1), date(2028, 6, 1))
instants = st.integers(instant(2023, 6, 1), instant(2028, 6, 1))
holiday_sets = st.dictionaries(days_around, st.just("Libur"), max_size=60)
calendars = st.builds(a_calendar, holiday_sets)
roles = st.sampled_from(Role)
statuses = st.sampled_from(Status)

command_bodies: st.SearchStrategy[CommandBody] = st.one_of(
    st.builds(Respond, text=words),
    st.builds(FollowUp, text=words, done_on=days_around, next_step=words),
    st.builds(Note, text=words),
    st.builds(Assign, officer_id=st.one_of(st.none(), st.just(OFFICER), st.just(OfficerId(71)))),
    st.builds(Close, text=words),
    st.builds(Reopen, text=words),
)

event_bodies: st.SearchStrategy[EventBody] = st.one_of(
    st.builds(StatusReported, raw_status=st.sampled_from(RAW_STATUSES)),
    st.builds(Corrected, title=words, classification=st.sampled_from(Classification)),
    st.builds(Disposed, unit_id=st.sampled_from([UNIT, OTHER_UNIT])),
    st.builds(Responded, text=words),
    st.builds(FollowedUp, text=words, done_on=days_around, next_step=words),
    st.builds(Noted, text=words),
    st.builds(Assigned, officer_id=st.sampled_from([None, OFFICER])),
    st.builds(Closed, text=words),
    st.builds(Reopened, reason=words),
    st.builds(CitizenReplied, text=words),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Draw a ledger: versions without gaps, recorded in order, done at or before that."""
    at = REGISTERED_AT
    events = []
    for v, body in enumerate(draw(st.lists(event_bodies, max_size=10)), start=1):
        at += draw(st.integers(0, 12 * DAY_MS))
        lag = draw(st.one_of(st.none(), st.integers(0, at - REGISTERED_AT)))
        device = draw(st.sampled_from([None, DEVICE, FOREIGN_DEVICE]))
        done_at = None if lag is None else at - lag
        events.append(an_event(body, v=v, at=at, done_at=done_at, device=device))
    return tuple(events)


def fold(case: Case, events: Sequence[Event]) -> Case:
    """Return a case after all its facts."""
    for event in events:
        case = evolve(case, event)
    return case


cases = st.builds(
    fold,
    st.builds(
        a_case,
        raw_status=st.sampled_from(RAW_STATUSES),
        classification=st.sampled_from(Classification),
        secret=st.booleans(),
        anonymous=st.booleans(),
    ),
    histories(),
)
