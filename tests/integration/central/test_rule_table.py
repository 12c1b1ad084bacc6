# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published rule table is what a real centre does, cell by cell."""

from __future__ import annotations

from datetime import date

import pytest

from sync.cases.case import Attachment
from sync.cases.commands import (
    COMMAND_KINDS,
    KIND_OF_COMMAND,
    Assign,
    Close,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Reopen,
    Respond,
)
from sync.cases.events import (
    EVENT_KINDS,
    Assigned,
    Attached,
    CitizenReplied,
    Closed,
    Corrected,
    Disposed,
    EventBody,
    FilesArrived,
    FollowedUp,
    Noted,
    Registered,
    Reopened,
    Responded,
    StatusReported,
)
from sync.cases.policy import FLAGS, INSISTED, POLICY, flag_of
from sync.wire.messages import Verdict
from tests.support.central import UNIT_A, Device, Office
from tools.protocol_tables import cell

TODAY = date(2026, 11, 24)
BODIES: tuple[CommandBody, ...] = (
    Note(text="Catatan."),
    FollowUp(text="Sudah diperiksa.", done_on=TODAY),
    Respond(text="Akan kami perbaiki."),
    Close(text="Selesai."),
    Assign(officer_id=None),
    Reopen(text="Belum selesai."),
    HandOver(text="Sudah kami periksa.", meant_as="respond"),
)
WATI = "wati"


def foreign(office: Office, kind: type[EventBody]) -> EventBody:
    """Return an entry of somebody else; assigning names another than the command does."""
    facts: tuple[EventBody, ...] = (
        Registered(particulars={}),
        StatusReported(raw_status="Proses"),
        Corrected(title="Baru"),
        Disposed(unit_id=UNIT_A, unit_name="Divisi A"),
        Responded(text="Dari rekan."),
        FollowedUp(text="Oleh rekan.", done_on=TODAY),
        Noted(text="Catatan rekan."),
        Assigned(officer_id=office.officers[WATI]),
        Closed(text="Ditutup."),
        Reopened(reason="Dibuka."),
        CitizenReplied(text="Belum ada."),
        FilesArrived(digests=("0" * 64,)),
        Attached(attachments=(Attachment(name="surat.pdf", size_bytes=1),)),
    )
    return next(fact for fact in facts if type(fact) is kind)


def met(office: Office, device: Device, body: CommandBody, kind: type[EventBody]) -> Verdict:
    """Let a command meet an entry that its officer had not seen."""
    case = office.add_case(assignee_id=office.officers["agus"])
    if isinstance(body, Reopen):
        office.record(case.id, Closed(text="Ditutup."))
    device.follow()
    if kind is Registered:  # there is one in each case; the officer is as one who never saw it
        return device.do(case.id, body, base_v=0)
    office.record(case.id, foreign(office, kind))
    return device.do(case.id, body)


EXPECTED = {"apply": "accepted", "flag": "accepted", "ask": "conflict", "refuse": "rejected"}


def test_every_command_is_in_this_test() -> None:
    """No row of the table goes unproved."""
    assert set(COMMAND_KINDS.values()) == {type(body) for body in BODIES}


@pytest.mark.parametrize("body", BODIES, ids=lambda body: KIND_OF_COMMAND[type(body)])
def test_each_cell_of_the_table_is_what_the_centre_does(office: Office, body: CommandBody) -> None:
    """Each command after each unseen entry is applied, flagged, asked about or refused."""
    device = office.device("agus")
    office.device(WATI)
    for name, kind in EVENT_KINDS.items():
        if kind is Registered and isinstance(body, Reopen):
            continue  # a case that can be reopened has more behind it than its registration
        said = cell(POLICY[type(body)], kind)
        verdict = met(office, device, body, kind)
        assert (name, EXPECTED[said]) == (name, verdict.verdict)
        flags = [flag_of(kind)] if said in {"flag", "ask"} else []
        assert (name, flags) == (name, verdict.flags)
        assert FLAGS.issuperset(verdict.flags)


def test_the_answer_to_a_repeat_carries_the_same_flags(office: Office) -> None:
    """A verdict that got lost is given again whole."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    office.citizen_replies(case.id)
    command = device.command(case.id, Note(text="Catatan."))
    assert [["meanwhile.citizen"]] * 2 == [device.send(command)[0].flags for _ in range(2)]


def test_closing_over_a_citizens_message_is_flagged_only_after_it_was_shown(
    office: Office,
) -> None:
    """First a question, then, insisted upon, a fact that says so; also after a second question."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    office.citizen_replies(case.id)
    first = device.command(case.id, Close(text="Selesai."))
    assert "conflict" == device.send(first)[0].verdict
    device.follow()
    office.record(case.id, Noted(text="Catatan rekan."))
    second = device.command(case.id, Close(text="Selesai."), resolves=first.id)
    assert ["meanwhile.noted", INSISTED] == device.send(second)[0].flags
    device.follow()
    third = device.command(case.id, Close(text="Selesai."), resolves=second.id)
    verdict = device.send(third)[0]
    assert ("accepted", [INSISTED]) == (verdict.verdict, verdict.flags)


def test_nobody_learns_from_anothers_conflict(office: Office) -> None:
    """Naming a colleague's conflict as resolved changes nothing."""
    case = office.add_case()
    agus, wati = office.device("agus"), office.device(WATI)
    agus.follow()
    office.citizen_replies(case.id)
    asked = agus.command(case.id, Close(text="Selesai."))
    agus.send(asked)
    wati.follow()
    verdict = wati.do(case.id, Respond(text="Jawaban."), resolves=asked.id)
    assert ("accepted", []) == (verdict.verdict, verdict.flags)
