# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case leaves while words are typed, queued or on their way: whole roads, real centre."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sync.cases.access import Role
from sync.cases.commands import FollowUp, HandOver, Note, Respond
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.errors import Refused
from tests.simulation.link import Fault
from tests.support.central import UNIT_A, UNIT_B, Office
from tests.support.desks import Workplace, a_workplace

WORDS = "Kabel sudah kami ganti pagi ini."


def typed(place: Workplace, case_id: CaseId, kind: str = "respond", next_step: str = "") -> Draft:
    """Type something and do not send it."""
    draft = Draft(case_id=case_id, kind=kind, text=WORDS, base_v=1, next_step=next_step)
    place.desk.drafting.save(draft)
    return draft


def notes(office: Office, username: str, case_id: CaseId) -> list[dict[str, str]]:
    """Return the notes that an officer sees in a case."""
    device = office.device(username)
    device.follow()
    return [event.data for event in device.history(case_id) if event.kind == "noted"]


def test_a_draft_is_handed_over_to_the_new_holder(place: Workplace, case_id: CaseId) -> None:
    """From typing, over the departure, to a note that the new holder reads; with a receipt."""
    typed(place, case_id, "follow_up", next_step="Periksa gardu")
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    [item] = place.desk.inbox.left_work()
    draft = place.desk.drafting.load(item.case_id, item.kind)
    assert draft is not None
    command_id, _ = place.desk.casework.hand_over(draft)
    place.sync()
    sent = place.item(command_id)
    assert (Delivery.ACCEPTED, True) == (sent.delivery, bool(sent.receipt))
    told = {"text": f"{WORDS}\n\nPeriksa gardu", "handed_over": "follow_up"}
    assert [told] == notes(place.office, "sari", case_id)
    assert (0, []) == (place.desk.inbox.counts().left, place.desk.inbox.left_work())


def test_the_evidence_of_a_draft_that_is_handed_over_is_kept(
    place: Workplace, case_id: CaseId
) -> None:
    """A note takes no files along: the officer's own stay here with a copy of the draft."""
    file = place.desk.attachments.attach_content("foto.pdf", b"%PDF foto")
    draft = replace(typed(place, case_id, "follow_up"), evidence=(file,))
    place.desk.drafting.save(draft)
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    place.desk.casework.hand_over(draft)
    [kept] = place.desk.store.drafts.kept()
    assert (WORDS, "replaced") == (kept.text, kept.reason)
    place.desk.store.own_files.tidy(place.office.clock() + 2 * 86_400_000)
    assert place.desk.store.own_files.find(file.sha256) is not None


def test_the_next_step_of_an_act_is_handed_over_with_it(place: Workplace, case_id: CaseId) -> None:
    """As with a draft: all of the officer's words are shown, and go to the new holder."""
    body = FollowUp(text=WORDS, done_on=date(2026, 11, 24), next_step="Periksa gardu")
    command_id = place.act(case_id, body)
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    place.sync()
    [item] = place.desk.inbox.left_work()
    assert f"{WORDS}\n\nPeriksa gardu" == item.words
    place.decide(command_id, Choice.HAND_OVER)
    place.sync()
    told = {"text": f"{WORDS}\n\nPeriksa gardu", "handed_over": "follow_up"}
    assert [told] == notes(place.office, "sari", case_id)


def test_a_blank_draft_is_not_handed_over(place: Workplace, case_id: CaseId) -> None:
    """There is nothing to say."""
    with pytest.raises(Refused):
        place.desk.casework.hand_over(Draft(case_id=case_id, kind="note", text="  "))


def test_an_act_in_the_queue_is_sent_and_then_offered_to_be_handed_over(
    place: Workplace, case_id: CaseId
) -> None:
    """The centre refuses it, for the case is elsewhere; the officer hands the words over."""
    command_id = place.act(case_id, Respond(text=WORDS))
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    place.sync()
    [item] = place.desk.inbox.left_work()
    assert (command_id, (Choice.HAND_OVER, Choice.WITHDRAW)) == (item.command_id, item.choices)
    [decision] = place.desk.inbox.decisions()
    place.desk.casework.decide(command_id, Choice.HAND_OVER, seen_v=decision.seen_v)
    place.sync()
    assert [] == place.desk.inbox.left_work()
    assert [{"text": WORDS, "handed_over": "respond"}] == notes(place.office, "sari", case_id)


def test_an_act_whose_answer_was_lost_before_the_case_left_counts(
    place: Workplace, case_id: CaseId
) -> None:
    """It was accepted in time; asked again, the centre says so, and nothing is left behind."""
    command_id = place.act(case_id, Respond(text=WORDS))
    place.sync(Fault.UNANSWERED)
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    assert place.item(command_id).delivery is Delivery.ACCEPTED
    assert [] == place.desk.inbox.left_work()


def test_a_draft_may_be_withdrawn_and_a_copy_is_kept(place: Workplace, case_id: CaseId) -> None:
    """Even what the officer does not want any more can be read again."""
    draft = typed(place, case_id)
    place.office.dispose(case_id, UNIT_B)
    place.sync()
    place.desk.drafting.discard(draft.case_id, draft.kind)
    assert [] == place.desk.inbox.left_work()
    assert [(WORDS, "discarded")] == [
        (kept.text, kept.reason) for kept in place.desk.store.drafts.kept()
    ]


def test_out_and_back_leaves_the_draft_where_it_was(place: Workplace, case_id: CaseId) -> None:
    """Also when both moves come in one exchange."""
    typed(place, case_id)
    for moves in ([UNIT_B, UNIT_A], [UNIT_B], [UNIT_A]):
        for unit in moves:
            place.office.dispose(case_id, unit)
        place.sync()
    draft = place.desk.drafting.load(case_id, "respond")
    assert ([], WORDS) == (place.desk.inbox.left_work(), draft and draft.text)
    assert place.case(case_id).confirmed.unit_id == UNIT_A


def test_who_moves_to_another_unit_keeps_their_words(place: Workplace, case_id: CaseId) -> None:
    """The old cases go, the words on them stay, and may be handed to the colleagues there."""
    draft = typed(place, case_id)
    place.office.administration.change_officer(
        place.office.officers["agus"], role=Role.LIAISON, unit_id=UNIT_B
    )
    place.sync()
    assert ["scope"] == [item.reason for item in place.desk.inbox.left_work()]
    place.desk.casework.hand_over(draft)
    place.sync()
    assert [{"text": WORDS, "handed_over": "respond"}] == notes(place.office, "wati", case_id)


def test_nothing_of_the_case_itself_is_kept_with_the_words(office: Office, tmp_path: Path) -> None:
    """The work file holds the officer's words, number and title; not the citizen's complaint."""
    case = office.add_case(text="Keluhan yang sangat khusus.", reporter="Warga Tertentu")
    place = a_workplace(office, tmp_path / "computer")
    typed(place, case.id)
    place.act(case.id, Note(text="Catatan."))
    office.dispose(case.id, UNIT_B)
    place.sync()
    place.desk.casework.hand_over(Draft(case_id=case.id, kind="respond", text=WORDS))
    with place.desk.store.files.work.read() as work:
        dump = "\n".join(
            str(row)
            for table in ("commands", "drafts", "kept", "departures", "meta")
            for row in work.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - constants
        )
    assert WORDS in dump
    assert "sangat khusus" not in dump
    assert "Warga Tertentu" not in dump
    assert HandOver(text=WORDS, meant_as="respond") in {
        item.command.body for item in place.desk.inbox.outbox()
    }
    place.desk.close()
