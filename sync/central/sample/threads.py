# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the export lacks: attachments, and what officers and citizens wrote after the complaint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from sync.cases.case import Attachment
from sync.central.sample.bodies import Bodies
from sync.central.sample.chance import draw, happens
from sync.central.sample.office_time import in_office, milliseconds
from sync.central.sample.people import SampleOfficer
from sync.central.sample.phrases import phrases
from sync.central.sample.slots import long_date
from sync.central.sample.telling import Told
from sync.central.sample.writing import fitting

RESPOND: Final = "respond"
FOLLOW_UP: Final = "follow_up"
NOTE: Final = "note"
CITIZEN_REPLY: Final = "citizen_reply"

_HANDLED_PERCENT: Final = 80
"""How many cases of an agency with officers have a thread; the others were handled on paper."""
_ATTACHED_PERCENT: Final = 50
_CITIZENS_STEPS: Final = ("objection", "thanks")
_HASTE: Final = timedelta(minutes=2)
"""Between steps that would otherwise lie in the future."""
_SPAN_DAYS: Final = (4, 24)
"""Within how many days the officers' part takes place."""

_COURSES: Final[Mapping[str, Mapping[tuple[str, ...], float]]] = {
    "Terverifikasi": {(): 75, ("note",): 25},
    "Belum Ditindaklanjuti": {(): 65, ("note",): 35},
    "Proses": {
        ("ack", "step"): 45,
        ("ack", "note", "step"): 25,
        ("ack", "step", "answer"): 30,
    },
    "Ditanggapi oleh Pelapor": {
        ("ack", "answer", "objection"): 50,
        ("ack", "step", "answer", "objection"): 50,
    },
    "Ditutup oleh Admin": {
        ("ack", "step", "answer", "closing"): 40,
        ("ack", "step", "answer", "thanks", "closing"): 45,
        ("ack", "answer", "objection", "second", "thanks", "closing"): 15,
    },
    "Ditutup oleh Sistem": {
        ("ack", "answer"): 55,
        ("ack", "step", "answer"): 30,
        ("ack", "answer", "objection", "second"): 15,
    },
    "Tunda": {("ask",): 60, ("ask", "note"): 40},
    "Menunggu Klarifikasi Pusat": {("ack", "note"): 100},
}
"""Status -> course of events -> how often; other statuses have no thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEvent:
    """One entry of a thread.

    Attributes:
        kind: respond, follow_up, note or citizen_reply.
        at: UTC milliseconds.
        actor: user name of the officer, None where the citizen wrote.
    """

    kind: str
    at: int
    actor: str | None
    text: str
    next_step: str = ""
    next_step_on: date | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleThread:
    """The complaint's own attachments and all entries in order."""

    attachments: tuple[Attachment, ...] = ()
    events: tuple[SampleEvent, ...] = ()


def thread_of(
    rng: Random, told: Told, bodies: Bodies, officers: Sequence[SampleOfficer], now: datetime
) -> SampleThread:
    """Tell what happened to a complaint until now; an agency without officers has no entries."""
    attachments = _attachments(rng, told.scenario.attachments, _ATTACHED_PERCENT)
    courses = _COURSES.get(told.row.status)
    actors = _in_charge(told, bodies, officers)
    if courses is None or not actors or not happens(rng, _HANDLED_PERCENT):
        return SampleThread(attachments=attachments)
    course = draw(rng, courses)
    moments = _moments(rng, told.filing.received, now, course)
    actor = rng.choice(actors).username
    events = tuple(
        _event(rng, told, step, moment, actor) for step, moment in zip(course, moments, strict=True)
    )
    return SampleThread(attachments=attachments, events=events)


def _in_charge(
    told: Told, bodies: Bodies, officers: Sequence[SampleOfficer]
) -> tuple[SampleOfficer, ...]:
    """Liaisons of the unit, else whoever administers its agency."""
    unit = told.filing.holder
    liaisons = tuple(
        officer
        for officer in officers
        if officer.role == "pejabat_penghubung"
        and (officer.unit_id in {unit.id, unit.parent_id})
        and officer.unit_id != told.filing.institution.id
    )
    return liaisons or tuple(
        officer
        for officer in officers
        if officer.role == "admin_instansi"
        and bodies.institution_of(officer.unit_id) == told.filing.institution
    )


def _moments(
    rng: Random, received: datetime, now: datetime, course: Sequence[str]
) -> list[datetime]:
    """When each step was taken: in order, after the complaint, before now."""
    span = min(now - received, timedelta(days=rng.uniform(*_SPAN_DAYS)))
    shares = sorted(rng.uniform(0.05, 0.95) for _ in course)
    moments: list[datetime] = []
    for left, (step, share) in enumerate(zip(course, shares, strict=True), start=1 - len(course)):
        moment = received + span * share
        if step not in _CITIZENS_STEPS:
            moment = in_office(moment)
        if moments and moment <= moments[-1]:
            moment = moments[-1] + timedelta(minutes=rng.randint(4, 50))
        moments.append(min(moment, now - _HASTE * (1 - left)))
    return moments


def _event(rng: Random, told: Told, step: str, moment: datetime, actor: str) -> SampleEvent:
    """One entry; what it says depends on the step of the course and the kind of complaint."""
    at = milliseconds(moment)
    kind = "complaint" if told.scenario.classification.startswith("Pengaduan") else "inquiry"
    match step:
        case "objection" | "thanks":
            sent = _attachments(rng, phrases("thread", "any", "reply_attachments"), 20)
            text = rng.choice(phrases("thread", kind, step))
            return SampleEvent(kind=CITIZEN_REPLY, at=at, actor=None, text=text, attachments=sent)
        case "note":
            text = rng.choice(phrases("thread", "any", step))
            return SampleEvent(kind=NOTE, at=at, actor=actor, text=text)
        case "step":
            steps = phrases("thread", kind, "steps") if kind == "inquiry" else told.scenario.steps
            return _follow_up(rng, rng.choice(steps), moment, actor)
        case "answer":
            text = _answer(rng, told, moment)
        case "ask":
            text = rng.choice(phrases("thread", "any", step))
        case _:
            text = rng.choice(phrases("thread", kind, step))
    return SampleEvent(kind=RESPOND, at=at, actor=actor, text=text)


def _follow_up(rng: Random, step: str, moment: datetime, actor: str) -> SampleEvent:
    text, _, next_step = step.partition("|")
    return SampleEvent(
        kind=FOLLOW_UP,
        at=milliseconds(moment),
        actor=actor,
        text=text,
        next_step=next_step,
        next_step_on=in_office(moment + timedelta(days=rng.randint(1, 6))).date(),
        attachments=_attachments(rng, phrases("thread", "any", "evidence"), 25),
    )


def _answer(rng: Random, told: Told, moment: datetime) -> str:
    """The substance, with the particulars of the complaint; done yesterday or today."""
    told.slots["tanggal_selesai"] = long_date((moment - timedelta(days=rng.randint(0, 1))).date())
    return told.slots.fill(rng.choice(fitting(told.scenario.answers, told.variant)))


def _attachments(rng: Random, names: Sequence[str], percent: float) -> tuple[Attachment, ...]:
    if not names or not happens(rng, percent):
        return ()
    chosen = rng.sample(names, min(len(names), rng.choice((1, 1, 2))))
    return tuple(Attachment(name=name, size_bytes=_size(rng, name)) for name in chosen)


def _size(rng: Random, name: str) -> int:
    """As large as telephones and scanners make such files."""
    smallest, largest = {"pdf": (60_000, 900_000), "mp4": (2_500_000, 4_900_000)}.get(
        name.rpartition(".")[2], (90_000, 3_200_000)
    )
    return rng.randint(smallest, largest)
