# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes of commands: once only, in order, by the rules, and never at others' expense."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec
import pytest
from sqlalchemy import func, select, update

from sync.cases.commands import Assign, Note, Respond
from sync.cases.ids import OfficerId
from sync.central import schema
from sync.wire.messages import CommandRecord, SyncRequest, Verdict
from sync.wire.upcasts import newest
from tests.support.central import UNIT_A, UNIT_B, Office


def events_recorded(office: Office, case_id: int) -> int:
    """Count the facts of a case, the registration included."""
    with office.database.read() as connection:
        query = select(func.count()).where(schema.events.c.case_id == case_id)
        return connection.execute(query).scalar_one()


def test_identical_commands_at_once_have_one_effect(office: Office) -> None:
    """The same command from four connections at the same time is recorded exactly once."""
    case = office.add_case()
    device = office.device("agus")
    command = device.command(case.id, Note(text="Sudah ditelepon."), base_v=1)
    barrier = Barrier(4)

    def send() -> Verdict:
        barrier.wait()
        request = SyncRequest(commands=[command])
        return office.centre.sync(device.access_token, request).verdicts[0]

    with ThreadPoolExecutor(4) as threads:
        verdicts = [job.result() for job in [threads.submit(send) for _ in range(4)]]
    assert ["accepted"] * 4 == [verdict.verdict for verdict in verdicts]
    assert 1 == sum(not verdict.duplicate for verdict in verdicts)
    assert 1 == len({verdict.receipt for verdict in verdicts})
    assert 2 == events_recorded(office, case.id)


def test_an_id_with_another_content_is_refused_and_tells_nothing(office: Office) -> None:
    """Who reuses an id, the same officer or another, learns nothing of the first verdict."""
    case = office.add_case()
    agus, wati = office.device("agus"), office.device("wati")
    command = agus.command(case.id, Note(text="Pertama."), base_v=1)
    agus.send(command)
    again = agus.command(case.id, Note(text="Kedua."), base_v=1, id=command.id)
    foreign = CommandRecord(**{name: getattr(command, name) for name in command.__struct_fields__})
    for verdict in (agus.send(again)[0], wati.send(foreign)[0]):
        assert ("rejected", "refused.id-reused") == (verdict.verdict, verdict.code)
        assert ("", 0, 0, False) == (verdict.receipt, verdict.seq, verdict.v, verdict.duplicate)
    assert 2 == events_recorded(office, case.id)


def test_a_cloned_device_is_found_out_and_loses_nothing(office: Office) -> None:
    """A number used twice is refused; the same id under a new number is then accepted."""
    case = office.add_case()
    device = office.device("agus")
    device.send(device.command(case.id, Note(text="Dari aslinya."), base_v=1))
    clone = device.command(case.id, Note(text="Dari salinannya."), base_v=1, n=1)
    verdict = device.send(clone)[0]
    assert ("rejected", "refused.device-forked") == (verdict.verdict, verdict.code)
    fresh = office.device("agus")
    renumbered = fresh.command(
        case.id, Note(text="Dari salinannya."), base_v=1, id=clone.id, at=clone.at
    )
    assert "accepted" == fresh.send(renumbered)[0].verdict


def test_a_clones_facts_are_no_own_facts(office: Office) -> None:
    """Facts of the same device id that this installation does not know of stop an answer."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    device.send(device.command(case.id, Respond(text="Dari aslinya."), own=[]))
    clone = device.command(case.id, Respond(text="Dari salinannya."), base_v=1, own=[])
    assert "conflict" == device.send(clone)[0].verdict


def test_own_facts_that_were_not_seen_yet_are_no_surprise(office: Office) -> None:
    """What a command names as this installation's own does not stop it, and nothing else does."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    first = device.command(case.id, Respond(text="Satu."), base_v=1, own=[])
    second = device.command(case.id, Respond(text="Dua."), base_v=1, own=[first.id])
    assert ["accepted"] * 2 == [verdict.verdict for verdict in device.send(first, second)]
    office.citizen_replies(case.id)
    third = device.command(case.id, Respond(text="Tiga."), base_v=1, own=[first.id, second.id])
    assert "conflict" == device.send(third)[0].verdict


def test_the_same_id_from_a_new_device_of_the_same_officer_is_a_duplicate(office: Office) -> None:
    """A command that was delivered before the device was renewed is not done twice."""
    case = office.add_case()
    old, new = office.device("agus"), office.device("agus")
    command = old.command(case.id, Note(text="Sudah."), base_v=1)
    first = old.send(command)[0]
    again = new.command(case.id, Note(text="Sudah."), base_v=1, id=command.id, at=command.at)
    verdict = new.send(again)[0]
    assert (True, first.receipt) == (verdict.duplicate, verdict.receipt)


def test_what_follows_a_refused_command_is_blocked(office: Office) -> None:
    """A chain behind a conflict is blocked to its end, and stays so; another case is not."""
    case, other = office.add_case(), office.add_case()
    device = office.device("agus")
    device.follow()
    office.citizen_replies(case.id)
    first = device.command(case.id, Respond(text="Jawaban."))
    second = device.command(case.id, Note(text="Lalu."), after=first.id)
    third = device.command(case.id, Note(text="Lalu lagi."), after=second.id)
    elsewhere = device.command(other.id, Note(text="Lain."))
    commands = (first, second, third, elsewhere)
    verdicts = [verdict.verdict for verdict in device.send(*commands)]
    assert ["conflict", "blocked", "blocked", "accepted"] == verdicts
    assert verdicts == [verdict.verdict for verdict in device.send(*commands)]


def test_a_command_before_its_predecessor_has_to_wait(office: Office) -> None:
    """A command that names an unknown predecessor is to be sent again; then it is accepted."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    first = device.command(case.id, Respond(text="Jawaban."))
    second = device.command(case.id, Note(text="Lalu."), after=first.id)
    assert "retry" == device.send(second)[0].verdict
    assert ["accepted", "accepted"] == [v.verdict for v in device.send(first, second)]


def test_nobody_can_wait_for_another_officers_command(office: Office) -> None:
    """A predecessor of somebody else is as good as unknown."""
    case = office.add_case()
    agus, wati = office.device("agus"), office.device("wati")
    first = agus.command(case.id, Note(text="Milik Agus."), base_v=1)
    agus.send(first)
    verdict = wati.do(case.id, Note(text="Lalu."), base_v=1, after=first.id)
    assert "retry" == verdict.verdict


def test_the_own_earlier_facts_are_no_surprise(office: Office) -> None:
    """A device may answer twice in a row without having seen its first answer come back."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    first = device.command(case.id, Respond(text="Satu."))
    second = device.command(case.id, Respond(text="Dua."), after=first.id)
    assert ["accepted", "accepted"] == [v.verdict for v in device.send(first, second)]


def test_a_case_of_another_unit_cannot_be_touched(office: Office) -> None:
    """A command on a case out of scope or never there is refused; a lost one is handed over."""
    moved, foreign = office.add_case(), office.add_case(UNIT_B)
    device = office.device("agus")
    device.follow()
    office.dispose(moved.id, UNIT_B)
    for case_id in (moved.id, foreign.id, 999_999):
        verdict = device.do(case_id, Note(text="Catatan."), base_v=1)
        assert ("rejected", "refused.out-of-scope") == (verdict.verdict, verdict.code)
        had_it = ["hand_over"] if case_id == moved.id else []
        assert [*had_it, "withdraw"] == verdict.choices


def test_a_coordinator_may_note_but_not_answer(office: Office) -> None:
    """The role decides what may be done to a visible case."""
    case = office.add_case()
    device = office.device("rina")
    device.follow()
    assert "accepted" == device.do(case.id, Note(text="Mohon perhatian.")).verdict
    assert "refused.role" == device.do(case.id, Respond(text="Jawaban.")).code


def test_an_assignment_carries_the_colleagues_name(office: Office) -> None:
    """The fact of an assignment names the colleague; the head has the number."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    device.do(case.id, Assign(officer_id=office.officers["agus"]))
    fact = device.history(case.id)[-1]
    assert {"officer_id": office.officers["agus"], "officer_name": "Agus Penghubung"} == fact.data
    assert office.officers["agus"] == device.cases[case.id].assignee_id


def test_nobody_is_put_in_charge_of_a_case_they_cannot_work_on(office: Office) -> None:
    """An assignee of another unit, a mere watcher and nobody known are refused."""
    case = office.add_case()
    device = office.device("wati")
    device.follow()
    for officer_id in (office.officers["sari"], office.officers["rina"], 999):
        verdict = device.do(case.id, Assign(officer_id=OfficerId(officer_id)))
        assert ("rejected", "refused.assignee") == (verdict.verdict, verdict.code)


def test_a_wish_that_is_already_so_gets_a_receipt_and_no_fact(office: Office) -> None:
    """Assigning the officer who is in charge already is accepted without any change."""
    case = office.add_case(assignee_id=office.officers["agus"])
    device = office.device("agus")
    device.follow()
    verdict = device.do(case.id, Assign(officer_id=office.officers["agus"]))
    assert ("accepted", True, 1) == (verdict.verdict, verdict.noop, verdict.v)
    assert "" != verdict.receipt
    assert 1 == events_recorded(office, case.id)


def test_a_body_that_does_not_fit_is_refused_for_good(office: Office) -> None:
    """A body with wrong types, or without its fields, is rejected and stored as such."""
    case = office.add_case()
    device = office.device("agus")
    strange = [
        CommandRecord(
            id=str(uuid.uuid4()), n=n, case_id=case.id, base_v=1, at=0, kind=kind, data=data
        )
        for n, (kind, data) in enumerate([("note", {}), ("note", {"text": 7})], start=1)
    ]
    for verdict in [*device.send(*strange), *device.send(*strange)]:
        assert ("rejected", "refused.malformed") == (verdict.verdict, verdict.code)


@pytest.mark.parametrize(("kind", "sv"), [("dance", 1), ("note", newest("note") + 1)])
def test_what_a_newer_program_says_is_not_refused(office: Office, kind: str, sv: int) -> None:
    """A kind or a schema that only a newer centre knows stays deliverable there."""
    case = office.add_case()
    device = office.device("agus")
    command = device.command(case.id, Note(text="Kelak dimengerti."), base_v=1)
    strange = msgspec.structs.replace(command, kind=kind, sv=sv)
    [first], [again] = device.send(strange), device.send(strange)

    assert ("retry", "retry.too-new") == (first.verdict, first.code)
    assert first == again
    assert "accepted" == device.send(command)[0].verdict


def test_a_poisonous_command_fails_alone(office: Office, expected_logs: list[str]) -> None:
    """A case that makes the centre fail costs its own command a retry and nobody else's."""
    broken, sound = office.add_case(), office.add_case()
    with office.database.write() as connection:
        connection.execute(
            update(schema.cases).where(schema.cases.c.id == broken.id).values(next_step_on="rusak")
        )
    expected_logs.append("failed, support id")
    device = office.device("agus")
    commands = [
        device.command(case.id, Note(text="Catatan."), base_v=1) for case in (broken, sound)
    ]
    request = SyncRequest(commands=commands, max_bytes=1)
    verdicts = office.centre.sync(device.access_token, request).verdicts
    assert ["retry", "accepted"] == [verdict.verdict for verdict in verdicts]


def test_more_commands_than_the_centre_takes_wait(office: Office) -> None:
    """What is beyond five hundred commands is to be sent again."""
    case = office.add_case()
    device = office.device("agus")
    strange = [
        CommandRecord(
            id=str(uuid.uuid4()), n=n, case_id=case.id, base_v=1, at=0, kind="note", data={}
        )
        for n in range(1, 503)
    ]
    verdicts = [verdict.verdict for verdict in device.send(*strange)]
    assert [500, 2] == [verdicts.count("rejected"), verdicts.count("retry")]


@pytest.mark.parametrize(
    ("claimed_s", "granted_s"), [(-3_600, 0), (1_800, 1_800), (3_600, 3_600), (99_999, 3_600)]
)
def test_the_time_of_an_act_is_kept_within_what_is_possible(
    office: Office, claimed_s: int, granted_s: int
) -> None:
    """An act was done between the device's previous empty exchange and now, never outside."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    contact = office.clock()
    office.clock.advance(3_600)
    device.renew()
    command = device.command(case.id, Note(text="Sudah."), at=contact + claimed_s * 1000)
    device.send(command)
    fact = device.history(case.id)[-1]
    assert contact + granted_s * 1000 == fact.done_at
    assert office.clock() == fact.at


def test_a_verdict_can_be_asked_for_again_by_its_officer_only(office: Office) -> None:
    """Support gets the stored verdict on an own command; others get nothing."""
    case = office.add_case()
    agus, wati = office.device("agus"), office.device("wati")
    command = agus.command(case.id, Note(text="Catatan."), base_v=1)
    verdict = agus.send(command)[0]
    assert verdict == office.centre.verdict(agus.access_token, command.id)
    assert office.centre.verdict(wati.access_token, command.id) is None
    assert office.centre.verdict(agus.access_token, "tidak-ada") is None


def test_a_case_is_worked_on_where_it_went(office: Office) -> None:
    """After a disposition the new unit may answer, and its officer sees the whole history."""
    case = office.add_case()
    agus, sari = office.device("agus"), office.device("sari")
    agus.follow()
    agus.do(case.id, Note(text="Bukan di sini."))
    office.dispose(case.id, UNIT_B)
    sari.follow()
    assert ["noted", "disposed"] == [event.kind for event in sari.history(case.id)]
    assert "accepted" == sari.do(case.id, Respond(text="Kami yang menangani.")).verdict
    assert UNIT_A != sari.cases[case.id].unit_id


def test_numbers_that_no_database_holds_are_refused_alone(office: Office) -> None:
    """A command with impossible numbers is rejected; the one beside it is accepted."""
    case = office.add_case()
    device = office.device("agus")
    huge = 2**70
    strange = [
        device.command(huge, Note(text="Catatan."), base_v=1),
        device.command(case.id, Note(text="Catatan."), base_v=-huge),
        device.command(case.id, Note(text="Catatan."), base_v=1, n=huge),
    ]
    verdicts = device.send(*strange, device.command(case.id, Note(text="Catatan."), base_v=1))
    assert ["accepted"] == [v.verdict for v in verdicts if v.verdict != "rejected"]
    assert "accepted" == verdicts[-1].verdict
