# SPDX-License-Identifier: AGPL-3.0-or-later
"""The round trip, in process: verdicts, facts, and what comes back."""

from __future__ import annotations

from sync.cases.commands import Close, Note, Respond
from tests.support.central import Office


def test_an_accepted_command_is_a_fact_with_a_receipt(office: Office) -> None:
    """An answer is accepted under a receipt number and comes back as a fact."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    verdict = device.do(case.id, Respond(text="Akan kami perbaiki."))
    assert ("accepted", 2) == (verdict.verdict, verdict.v)
    assert f"2026-{verdict.seq:07d}" == verdict.receipt
    assert [("responded", {"text": "Akan kami perbaiki."})] == [
        (event.kind, event.data) for event in device.history(case.id)
    ]
    assert "menunggu_pelapor" == device.cases[case.id].working


def test_nothing_new_is_only_the_time(office: Office) -> None:
    """A device that has everything gets the time and nothing else."""
    office.add_case()
    device = office.device("agus")
    device.follow()
    reply = device.exchange()
    assert (office.clock(), None, False) == (reply.now, reply.cursor, reply.more)
    assert ([], [], None) == (reply.cases, reply.left, reply.scope)


def test_a_repeated_command_gets_its_stored_verdict(office: Office) -> None:
    """The same command again has no second effect and gets the same verdict."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    command = device.command(case.id, Note(text="Sudah ditelepon."))
    first, second = device.send(command)[0], device.send(command)[0]
    assert (False, True) == (first.duplicate, second.duplicate)
    assert first.receipt == second.receipt
    assert 1 == len(device.history(case.id))


def test_a_citizens_reply_stops_an_answer_written_before_it(office: Office) -> None:
    """An answer written without having seen the citizen's reply is a conflict."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    office.citizen_replies(case.id)
    verdict = device.do(case.id, Close(text="Selesai."))
    assert ("conflict", "conflict.newer-entry") == (verdict.verdict, verdict.code)
    assert ["citizen"] == [event.kind for event in device.history(case.id)]
