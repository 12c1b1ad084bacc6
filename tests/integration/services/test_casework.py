# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's verbs over the real store and the real centre."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from sync.cases.access import Role
from sync.cases.case import Status
from sync.cases.commands import Assign, Close, FollowUp, Note, Reopen, Respond, words_of
from sync.cases.decisions import grouped
from sync.cases.events import Responded
from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import INSISTED, Choice
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.errors import Refused
from tests.simulation.link import Fault
from tests.support.central import UNIT_B, Office
from tests.support.desks import Workplace, a_workplace

WORDS = "Lampu sudah diganti."


def _draft(case_id: CaseId, kind: str, text: str) -> Draft:
    return Draft(case_id=case_id, kind=kind, text=text)


@pytest.fixture
def conflict(place: Workplace, case_id: CaseId) -> CommandId:
    """A closure that met a citizen's newer message."""
    command_id = place.act(case_id, Close(text=WORDS))
    place.office.citizen_replies(case_id, "Lampunya masih padam.")
    place.sync()
    assert place.item(command_id).delivery is Delivery.CONFLICT
    return command_id


def test_an_act_is_shown_and_kept_at_once(place: Workplace, case_id: CaseId) -> None:
    """Before anything is sent the case shows what was done, as not delivered yet."""
    command_id = place.act(case_id, Respond(text=WORDS))
    entry = place.case(case_id).entries[-1]
    assert (command_id, Delivery.STORED) == (entry.event.command_id, entry.delivery)


def test_an_act_takes_its_draft_with_it(place: Workplace, case_id: CaseId) -> None:
    """The draft that became an answer is gone, another one stays."""
    sent, other = _draft(case_id, "respond", WORDS), _draft(case_id, "note", "Telepon vendor.")
    place.desk.drafting.save(sent)
    place.desk.drafting.save(other)
    place.desk.casework.act(case_id, Respond(text=WORDS), 1, from_draft=sent)
    assert (None, "Telepon vendor.") == (
        place.desk.drafting.load(case_id, "respond"),
        (place.desk.drafting.load(case_id, "note") or sent).text,
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (Respond(text="  "), "refused.empty"),
        (Note(text="x" * 20_001), "refused.too-long"),
        (Reopen(text="Ada perkembangan."), "refused.status"),
    ],
)
def test_what_the_centre_would_refuse_is_refused_early(
    place: Workplace, case_id: CaseId, body: Respond | Note | Reopen, code: str
) -> None:
    """The reason is known before anything is recorded; the draft is still there."""
    draft = _draft(case_id, "respond", "Naskah")
    place.desk.drafting.save(draft)
    with pytest.raises(Refused) as caught:
        place.desk.casework.act(case_id, body, 1, from_draft=draft)
    assert (code, []) == (caught.value.code, place.desk.inbox.outbox())
    assert place.desk.drafting.load(case_id, "respond") is not None


def test_a_case_that_has_left_cannot_be_acted_on(place: Workplace, case_id: CaseId) -> None:
    """The verb is refused; what was typed stays a draft."""
    place.desk.drafting.save(_draft(case_id, "respond", WORDS))
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    with pytest.raises(Refused) as caught:
        place.desk.casework.act(case_id, Respond(text=WORDS), 1)
    kept = place.desk.drafting.load(case_id, "respond")
    assert ("refused.out-of-scope", WORDS) == (caught.value.code, kept and kept.text)


def test_roles_decide_which_verbs_are_offered(office: Office, tmp_path: Path) -> None:
    """A coordinator may note, not answer; a liaison may do both."""
    case_id = office.add_case().id
    offered = {}
    for username in ("rina", "agus"):
        place = a_workplace(office, tmp_path / username, username)
        refusal = place.desk.casework.refusal
        view = place.case(case_id)
        offered[username] = [refusal(view, Respond), refusal(view, Note), refusal(view, Reopen)]
        place.desk.close()
    assert {
        "rina": ["refused.role", None, "refused.role"],
        "agus": [None, None, "refused.status"],
    } == offered


def test_in_a_role_of_a_newer_program_one_reads_and_delivers(
    place: Workplace, case_id: CaseId
) -> None:
    """Nothing new can be done, for a clear reason; what was done before goes, and nobody is locked
    out.
    """
    place.act(case_id, Respond(text=WORDS))
    record = place.desk.store.identity.officer()
    assert record is not None
    promoted = msgspec.structs.replace(record, role="pengawas_khusus")
    place.desk.store.identity.remember(promoted)
    view = place.case(case_id)
    assert Role.UNKNOWN is place.desk.officer.role
    assert "refused.role-unknown" == place.desk.casework.refusal(view, Note)
    with pytest.raises(Refused, match=r"refused\.role-unknown"):
        place.desk.casework.act(case_id, Note(text=WORDS), view.confirmed.v)
    place.sync()
    assert [Delivery.ACCEPTED] == [item.delivery for item in place.desk.inbox.outbox()]


def test_an_unsent_act_can_be_taken_back(place: Workplace, case_id: CaseId) -> None:
    """It is not sent any more, and a copy is kept."""
    command_id = place.act(case_id, Respond(text=WORDS))
    place.desk.casework.withdraw(command_id)
    place.sync()
    assert (Delivery.WITHDRAWN, [WORDS], 1) == (
        place.item(command_id).delivery,
        [kept.text for kept in place.desk.store.drafts.kept()],
        place.case(case_id).confirmed.v,
    )


@pytest.mark.parametrize("fault", [Fault.UNANSWERED, Fault.LOST, Fault.PORTAL])
def test_what_may_have_arrived_cannot_be_taken_back(
    place: Workplace, case_id: CaseId, fault: Fault
) -> None:
    """As long as nobody knows, nobody says so."""
    command_id = place.act(case_id, Respond(text=WORDS))
    place.sync(fault)
    with pytest.raises(Refused) as caught:
        place.desk.casework.withdraw(command_id)
    assert "withdraw.unknown" == caught.value.code


def test_what_surely_did_not_leave_can_be_taken_back(place: Workplace, case_id: CaseId) -> None:
    """An attempt without a connection changes nothing."""
    command_id = place.act(case_id, Respond(text=WORDS))
    place.sync(Fault.OFFLINE)
    place.desk.casework.withdraw(command_id)
    assert place.item(command_id).delivery is Delivery.WITHDRAWN


def test_a_decision_shows_what_is_new(place: Workplace, conflict: CommandId) -> None:
    """The officer sees the citizen's message beside their own words."""
    (item,) = place.desk.inbox.decisions()
    assert ["Lampunya masih padam."] == [event.body.text for event in item.newer]  # type: ignore[union-attr]
    assert (WORDS, conflict) == (words_of(item.command.body), item.command.id)


def test_a_decision_shows_what_the_officer_saw(place: Workplace, conflict: CommandId) -> None:
    """Base, mine and theirs: the case stood open and nobody had written."""
    base = place.item(conflict).base
    assert base is not None
    assert (None, Status.NOT_STARTED) == (base.entry, base.status)


def test_what_was_seen_is_told_as_it_was_then(
    place: Workplace, case_id: CaseId, conflict: CommandId
) -> None:
    """Later entries do not change what the officer saw: status and latest entry of that time."""
    place.decide(conflict, Choice.AS_RESPONSE)
    place.sync()
    second = place.act(case_id, Close(text="Sudah menyala."))
    place.office.citizen_replies(case_id, "Padam lagi.")
    place.sync()
    base = place.item(second).base
    assert base is not None
    assert base.entry is not None
    assert (Responded(text=WORDS), Status.AWAITING_REPORTER) == (base.entry.body, base.status)
    assert place.case(case_id).status is Status.IN_PROGRESS


@pytest.mark.parametrize("choice", [Choice.RESEND, Choice.AS_RESPONSE])
def test_nothing_is_released_past_what_arrived_a_moment_ago(
    place: Workplace, case_id: CaseId, conflict: CommandId, choice: Choice
) -> None:
    """The officer decided on what they were shown; what came since must be shown first."""
    seen_v = place.item(conflict).seen_v
    place.office.citizen_replies(case_id, "Sekarang ada asap.")
    place.sync()
    with pytest.raises(Refused) as caught:
        place.desk.casework.decide(conflict, choice, seen_v=seen_v)
    assert "decision.newer" == caught.value.code
    assert place.item(conflict).delivery is Delivery.CONFLICT
    place.decide(conflict, choice)


def test_what_arrives_at_the_centre_meanwhile_is_asked_about_again(
    place: Workplace, case_id: CaseId, conflict: CommandId
) -> None:
    """A message that this computer has not heard of stops the words at the centre."""
    place.office.citizen_replies(case_id, "Sekarang ada asap.")
    place.decide(conflict, Choice.RESEND)
    place.sync()
    (item,) = place.desk.inbox.decisions()
    assert (WORDS, Delivery.CONFLICT) == (words_of(item.command.body), item.delivery)
    assert ["Sekarang ada asap."] == [event.body.text for event in item.newer]  # type: ignore[union-attr]


def test_insisting_over_the_citizen_is_told_to_everybody(
    place: Workplace, case_id: CaseId, conflict: CommandId
) -> None:
    """The receipt says so, and so does the entry that supervisors read."""
    place.decide(conflict, Choice.RESEND)
    place.sync()
    (item,) = [item for item in place.desk.inbox.outbox() if item.delivery is Delivery.ACCEPTED]
    assert ((INSISTED,), (INSISTED,)) == (item.flags, place.case(case_id).entries[-1].event.flags)


def test_many_are_settled_alike(place: Workplace) -> None:
    """Each is as durable as if it were the only one; what cannot be settled is named."""
    cases = [place.office.add_case().id for _ in range(3)]
    place.sync()
    waiting = [place.act(case_id, Respond(text=f"Jawaban {case_id}.")) for case_id in cases]
    for case_id in cases:
        place.office.citizen_replies(case_id, "Ada lagi.")
    place.sync()
    (group,) = grouped(place.desk.inbox.decisions())
    assert ("respond", "meanwhile.citizen") == (group.kind, group.cause)
    seen = {item.command.id: item.seen_v for item in group.items}
    blind = {**seen, waiting[0]: 1}
    refused, changes = place.desk.casework.decide_all(Choice.RESEND, blind)
    assert {waiting[0]: "decision.newer"} == {id_: error.code for id_, error in refused.items()}
    assert changes.outbox
    refused, _ = place.desk.casework.decide_all(Choice.WITHDRAW, seen)
    assert dict.fromkeys(waiting[1:], "decision.gone") == {
        id_: error.code for id_, error in refused.items()
    }
    kept = {copy.text for copy in place.desk.store.drafts.kept()}
    assert {f"Jawaban {case_id}." for case_id in cases} <= kept


def test_sending_again_stands_by_the_words(
    place: Workplace, case_id: CaseId, conflict: CommandId
) -> None:
    """The same body goes out as a new act that has seen everything; the old one is kept."""
    place.decide(conflict, Choice.RESEND)
    place.sync()
    fact = place.case(case_id).entries[-1]
    assert (WORDS, None) == (fact.event.body.text, fact.delivery)  # type: ignore[union-attr]
    assert place.item(conflict).delivery is Delivery.WITHDRAWN
    assert [WORDS] == [kept.text for kept in place.desk.store.drafts.kept()]


def test_a_closure_can_become_an_answer(
    place: Workplace, case_id: CaseId, conflict: CommandId
) -> None:
    """The words reach the citizen, the case stays open."""
    place.decide(conflict, Choice.AS_RESPONSE)
    place.sync()
    view = place.case(case_id)
    assert (Respond(text=WORDS).text, True) == (
        view.entries[-1].event.body.text,  # type: ignore[union-attr]
        view.status.is_open,
    )


def test_words_can_be_edited(place: Workplace, case_id: CaseId, conflict: CommandId) -> None:
    """They are a draft again, which has seen the newer message."""
    draft, _ = place.decide(conflict, Choice.EDIT)
    assert draft == place.desk.drafting.load(case_id, "close")
    assert draft is not None
    assert (WORDS, place.case(case_id).confirmed.v) == (draft.text, draft.base_v)
    assert [] == place.desk.inbox.decisions()


def test_words_to_edit_join_what_was_typed_meanwhile(
    place: Workplace, case_id: CaseId, conflict: CommandId
) -> None:
    """Neither text replaces the other."""
    place.desk.drafting.save(_draft(case_id, "close", "Versi kedua."))
    draft, _ = place.decide(conflict, Choice.EDIT)
    assert draft is not None
    assert f"{WORDS}\n\nVersi kedua." == draft.text


def test_all_that_was_typed_meanwhile_stays_beside_words_to_edit(
    place: Workplace, case_id: CaseId
) -> None:
    """The next step and the evidence of a draft are not replaced by those of the act either."""
    first, second = (
        place.desk.attachments.attach_content(f"{name}.pdf", name.encode()) for name in "ab"
    )
    day = date(2026, 11, 24)
    body = FollowUp(text=WORDS, done_on=day, evidence=(first,), next_step="Periksa gardu")
    place.act(case_id, Close(text=WORDS))
    command_id = place.act(case_id, body)
    place.office.citizen_replies(case_id, "Lampunya masih padam.")
    place.sync()
    place.desk.drafting.save(
        replace(
            _draft(case_id, "follow_up", ""), next_step="Telepon vendor", evidence=(second, first)
        )
    )
    draft, _ = place.decide(command_id, Choice.EDIT)
    assert draft is not None
    assert (WORDS, (first, second)) == (draft.text, draft.evidence)
    assert "Periksa gardu; Telepon vendor" == draft.next_step


def test_a_withdrawn_decision_keeps_a_copy(place: Workplace, conflict: CommandId) -> None:
    """Not sending is a decision, too."""
    place.decide(conflict, Choice.WITHDRAW)
    assert ([], [WORDS]) == (
        place.desk.inbox.decisions(),
        [kept.text for kept in place.desk.store.drafts.kept()],
    )


def test_only_what_is_offered_can_be_decided(place: Workplace, case_id: CaseId) -> None:
    """A choice of another kind of conflict is refused, and so is deciding twice."""
    command_id = place.act(case_id, Assign(officer_id=place.desk.officer.id))
    joko = place.office.device("joko")
    joko.follow()
    joko.do(case_id, Assign(officer_id=place.office.officers["wati"]))
    place.sync()
    with pytest.raises(Refused) as caught:
        place.decide(command_id, Choice.EDIT)
    assert "decision.not-offered" == caught.value.code
    place.decide(command_id, Choice.WITHDRAW)
    with pytest.raises(Refused) as caught:
        place.decide(command_id, Choice.WITHDRAW)
    assert "decision.gone" == caught.value.code
