# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap`` against the real centre over a bad line: exactly once, whatever breaks when."""

from __future__ import annotations

from typing import Any

import pytest

from sync.cases.commands import Assign, Respond
from sync.transports.http import HttpService
from tests.support.central import UNIT_B, Office
from tests.support.faults import Fault, FaultProxy, Trouble
from tests.support.ledger import facts, receipts, told, verdicts
from tests.support.processes import Tanggap
from tests.support.traffic import pulls, pushes

NOT_CONNECTED, DECISIONS_WAIT = 4, 8

ANSWER = "Lampu sudah kami ganti pagi ini."
WORK = "Tim listrik mengganti dua lampu dan satu sakelar."

_SPOILING = (
    Fault(Trouble.CUT_BEFORE),
    Fault(Trouble.CUT_AFTER),
    Fault(Trouble.TRUNCATE, at=3),
    Fault(Trouble.TRUNCATE, at=220),
)


def _states(tanggap: Tanggap) -> list[tuple[str, str, str]]:
    """Return kind, delivery and receipt of each act, oldest first."""
    items: list[dict[str, Any]] = tanggap("outbox")
    items.sort(key=lambda item: item["command"]["n"])
    return [(item["command"]["kind"], item["delivery"], item["receipt"]) for item in items]


def test_work_done_offline_reaches_the_centre_once(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """What was recorded without a line is sent in order, once, and answered with receipts."""
    case = office.add_case()
    agus("sync")
    line.refuse()
    agus("respond", case.tracking_id, ANSWER)
    agus("follow-up", case.tracking_id, WORK, "--next-step", "Periksa lagi")
    agus("sync", code=NOT_CONNECTED)
    assert [("respond", "stored", ""), ("follow_up", "stored", "")] == _states(agus)
    pending = [entry["delivery"] for entry in agus("show", case.tracking_id)["entries"]]
    assert ["stored", "stored"] == pending[-2:]
    line.listen()
    agus("sync")
    agus("sync")
    assert [("responded", ANSWER), ("followed_up", WORK)] == told(office, case.id)
    given = receipts(office)
    assert [
        ("respond", "accepted", given[facts(office, case.id)[0].command_id or ""]),
        ("follow_up", "accepted", given[facts(office, case.id)[1].command_id or ""]),
    ] == _states(agus)


def test_killed_after_the_centre_has_acted(office: Office, line: FaultProxy, agus: Tanggap) -> None:
    """SIGKILL between the centre's decision and its answer: unknown, then accepted, once."""
    case = office.add_case()
    agus("sync")
    agus("respond", case.tracking_id, ANSWER)
    line.then(Fault(Trouble.HOLD), when=pushes)
    with agus.killed_while("sync"):
        line.wait_until(lambda: line.held == 1)
        assert [("responded", ANSWER)] == told(office, case.id)
    line.release()
    assert [("respond", "unknown", "")] == _states(agus)
    agus("sync")
    assert [("responded", ANSWER)] == told(office, case.id)
    assert [("respond", "accepted", next(iter(receipts(office).values())))] == _states(agus)
    sent = [request.commands[0]["id"] for request in line.requests if pushes(request)]
    assert 2 == len(sent)
    assert 1 == len(set(sent))


def test_killed_before_the_centre_has_seen_it(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """SIGKILL while the request is on its way and lost: unknown, then accepted, once."""
    case = office.add_case()
    agus("sync")
    agus("respond", case.tracking_id, ANSWER)
    line.then(Fault(Trouble.SWALLOW), when=pushes)
    with agus.killed_while("sync"):
        line.wait_until(lambda: line.held == 1)
    line.release()
    assert [] == told(office, case.id)
    assert [("respond", "unknown", "")] == _states(agus)
    agus("sync")
    assert [("responded", ANSWER)] == told(office, case.id)
    assert {"accepted": 1} == verdicts(office)


def test_killed_in_the_middle_of_the_first_load(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """A first load that was killed goes on where it stopped and brings every case."""
    cases = office.add_cases([{"text": f"Jalan rusak nomor {at}. " * 40} for at in range(900)])
    line.then(*[Fault(Trouble.PASS)] * 2, Fault(Trouble.HOLD), when=pulls)
    with agus.killed_while("sync"):
        line.wait_until(lambda: line.held == 1)
    line.release()
    loads = [request for request in line.requests if pulls(request)]
    held = agus("status")["counts"]["held"]
    assert 0 < held < len(cases)
    agus("sync")
    resumed = [request for request in line.requests if pulls(request)][len(loads)]
    assert loads[-1].cursor is not None
    assert loads[-1].cursor == resumed.cursor
    assert len(cases) == agus("status")["counts"]["held"]


@pytest.mark.slow
def test_a_spoiled_exchange_is_asked_for_again(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """However the line spoils an exchange, the work is there once and the officer is told so."""
    cases = office.add_cases([{} for _ in _SPOILING])
    agus("sync")
    for case, fault in zip(cases, _SPOILING, strict=True):
        agus("respond", case.tracking_id, f"{ANSWER} {fault}")
        line.then(fault, when=pushes)
        agus("sync", code=NOT_CONNECTED)
        assert ("respond", "unknown", "") == _states(agus)[-1], fault
        agus("sync")
    for case, fault in zip(cases, _SPOILING, strict=True):
        assert [("responded", f"{ANSWER} {fault}")] == told(office, case.id)
    assert {"accepted"} == {state for _, state, _ in _states(agus)}


def test_a_request_that_arrives_twice_counts_once(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """When the line delivers a request twice, the second one finds the verdict of the first."""
    case = office.add_case()
    agus("sync")
    agus("respond", case.tracking_id, ANSWER)
    line.then(Fault(Trouble.DUPLICATE), when=pushes)
    agus("sync")
    assert [("responded", ANSWER)] == told(office, case.id)
    assert ["accepted"] == [state for _, state, _ in _states(agus)]


def test_a_conflict_shows_both_sides_and_waits(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """An answer that the citizen overtook waits with its words; sent again, it is there once."""
    case = office.add_case()
    agus("sync")
    agus("close", case.tracking_id, ANSWER)
    office.citizen_replies(case.id, "Masih padam.")
    agus("sync", code=DECISIONS_WAIT)
    (item,) = agus("outbox", "--decisions")
    assert ("conflict", "conflict.newer-entry") == (item["delivery"], item["code"])
    assert ANSWER == item["command"]["body"]["text"]
    assert ["Masih padam."] == [event["body"]["text"] for event in item["newer"]]
    assert [("citizen", "Masih padam.")] == told(office, case.id)
    agus("decide", item["command"]["id"][:8], "as_response", "--seen", str(item["seen_v"]))
    agus("sync")
    assert [("citizen", "Masih padam."), ("responded", ANSWER)] == told(office, case.id)
    assert [] == agus("outbox", "--decisions")


def test_a_blocked_act_does_not_hold_up_other_cases(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """Acts on a case that changed wait; acts on other cases go through in the same exchange."""
    changed, other = office.add_cases([{}, {}])
    agus("sync")
    agus("respond", changed.tracking_id, ANSWER)
    agus("follow-up", changed.tracking_id, WORK)
    agus("respond", other.tracking_id, ANSWER)
    office.citizen_replies(changed.id, "Masih padam.")
    agus("sync", code=DECISIONS_WAIT)
    assert ["conflict", "blocked", "accepted"] == [state for _, state, _ in _states(agus)]
    assert [("responded", ANSWER)] == told(office, other.id)
    assert [("citizen", "Masih padam.")] == told(office, changed.id)


def test_what_others_do_appears(
    office: Office, centre_port: int, line: FaultProxy, agus: Tanggap
) -> None:
    """Acts of a colleague, and a case that goes to another unit, reach this computer."""
    answered, moved = office.add_cases([{}, {}])
    agus("sync")
    service = HttpService(f"http://127.0.0.1:{centre_port}")
    wati = office.device("wati", service)
    wati.follow()
    wati.do(answered.id, Respond(text=ANSWER))
    wati.do(answered.id, Assign(officer_id=office.officers["agus"]))
    service.close()
    office.dispose(moved.id, UNIT_B)
    agus("sync")
    shown = agus("show", answered.tracking_id)
    assert ["responded", "assigned"] == [entry["kind"] for entry in shown["entries"]]
    assert "Agus Penghubung" == shown["assignee"]
    assert "usage.no-case" == agus("show", moved.tracking_id, code=7)["error"]


@pytest.mark.slow
def test_two_officers_answer_the_same_case(
    office: Office, line: FaultProxy, agus: Tanggap, tmp_path: Any
) -> None:
    """Of two answers written at the same time one is accepted, the other waits; none is lost."""
    wati = Tanggap(tmp_path / "wati")
    wati("sign-in", line.url, "wati")
    case = office.add_case()
    for each in (agus, wati):
        each("sync")
    agus("respond", case.tracking_id, "Jawaban Agus.")
    wati("respond", case.tracking_id, "Jawaban Wati.")
    wati("sync")
    agus("sync", code=DECISIONS_WAIT)
    (item,) = agus("outbox", "--decisions")
    assert "Jawaban Agus." == item["command"]["body"]["text"]
    assert [("Wati Admin", "Jawaban Wati.")] == [
        (event["actor"], event["body"]["text"]) for event in item["newer"]
    ]
    agus("decide", item["command"]["id"], "withdraw")
    agus("sync")
    assert [("responded", "Jawaban Wati.")] == told(office, case.id)
    assert [("respond", "withdrawn", "")] == _states(agus)
