# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk that was away for too long, or may not take part any more: locked, and never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.cases.commands import Respond
from sync.cases.events import Responded
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from sync.engine.status import LinkState
from sync.errors import SyncErrorKind
from tests.simulation.link import Fault
from tests.support.central import PASSWORD
from tests.support.desks import Workplace

DAY_S = 86_400
WORDS = "Kabel sudah kami ganti."


def away(place: Workplace, days: int) -> None:
    """Let days go by without a line."""
    place.office.clock.advance(days * DAY_S)
    place.sync(Fault.OFFLINE)


def test_a_desk_that_stays_open_locks_when_the_lease_ends(
    place: Workplace, case_id: CaseId
) -> None:
    """The window is told; lists are empty; what was typed is still there."""
    place.desk.drafting.save(Draft(case_id=case_id, kind="respond", text=WORDS, base_v=1))
    away(place, 13)
    assert (False, 1) == (place.statuses[-1].locked, place.desk.inbox.counts().held)
    place.changes.clear()
    away(place, 1)
    assert (True, 0) == (place.statuses[-1].locked, place.desk.inbox.counts().held)
    assert place.changes[-1].many
    assert [WORDS] == [item.words for item in place.desk.inbox.left_work()]


def test_a_program_started_after_the_lease_is_locked_from_the_start(place: Workplace) -> None:
    """Nothing is shown for a moment first."""
    place.desk.close()
    place.office.clock.advance(15 * DAY_S)
    place.link.fail([Fault.OFFLINE] * 9)
    place.desk = place.door.open(place.desk.profile)
    assert (True, 0) == (place.desk.synchronizer.status().locked, place.desk.inbox.counts().held)


def test_words_finished_while_locked_are_delivered_at_the_next_contact(
    place: Workplace, case_id: CaseId
) -> None:
    """The officer signs in again after weeks, and everything goes on where it was."""
    queued = place.act(case_id, Respond(text=WORDS))
    draft = Draft(case_id=case_id, kind="respond", text="Tambahan.", base_v=1)
    away(place, 70)
    place.desk.drafting.save(draft)
    finished, _ = place.desk.casework.send_unseen(draft, Respond(text=draft.text))
    assert place.sync().failure is SyncErrorKind.AUTH  # the refresh token has expired as well
    place.door.renew(place.desk, PASSWORD)
    place.sync()
    assert (Delivery.ACCEPTED,) * 2 == (place.item(queued).delivery, place.item(finished).delivery)
    assert (False, 1) == (place.statuses[-1].locked, place.desk.inbox.counts().held)
    assert {Responded(text=WORDS), Responded(text="Tambahan.")} == {
        entry.event.body for entry in place.case(case_id).entries
    }


def test_a_short_look_each_day_is_a_contact(place: Workplace) -> None:
    """Nothing new for three weeks is no reason to lock."""
    for _ in range(21):
        place.desk.close()
        place.office.clock.advance(DAY_S)
        place.desk = place.door.open(place.desk.profile)
        assert place.sync().failure is None
    assert not place.desk.synchronizer.status().locked


def test_a_revoked_device_shows_no_case_and_keeps_every_word(
    place: Workplace, case_id: CaseId
) -> None:
    """After the centre said so the cases are destroyed; asking again changes nothing more."""
    command_id = place.act(case_id, Respond(text=WORDS))
    device = place.desk.tokens.device_id
    place.office.administration.revoke_device(device, place.office.clock())
    for _ in range(2):
        assert place.sync().failure is SyncErrorKind.REVOKED
    status = place.statuses[-1]
    assert (LinkState.REVOKED, True, 1) == (status.link, status.locked, status.undelivered)
    assert (0, WORDS) == (
        place.desk.inbox.counts().held,
        place.desk.inbox.left_work()[0].words,
    )
    place.desk.close()
    place.desk = place.door.open(place.desk.profile)
    assert (0, Delivery.STORED) == (
        place.desk.inbox.counts().held,
        place.item(command_id).delivery,
    )


def test_a_device_that_is_let_in_again_delivers_and_fetches(
    place: Workplace, case_id: CaseId
) -> None:
    """What was typed meanwhile is delivered under its old ids, once."""
    command_id = place.act(case_id, Respond(text=WORDS))
    device = place.desk.tokens.device_id
    place.office.administration.revoke_device(device, place.office.clock())
    place.sync()
    assert place.office.administration.restore_device(device)
    assert not place.office.administration.restore_device("tidak-ada")
    place.sync()
    assert (Delivery.ACCEPTED, 1) == (
        place.item(command_id).delivery,
        place.desk.inbox.counts().held,
    )


@pytest.mark.parametrize(
    "fault", [Fault.OFFLINE, Fault.LOST, Fault.BUSY, Fault.PORTAL, Fault.UNANSWERED]
)
def test_no_fault_of_the_line_changes_a_command_but_its_attempt(
    place: Workplace, case_id: CaseId, fault: Fault
) -> None:
    """Invariant 21: what is queued stays queued, with its words, number and id."""
    command_id = place.act(case_id, Respond(text=WORDS))
    before = place.item(command_id).command
    place.sync(fault)
    after = place.item(command_id)
    assert before == after.command
    assert after.delivery.is_pending


@pytest.mark.parametrize("what", ["password", "account", "token"])
def test_no_fault_of_the_sign_in_changes_a_command(
    place: Workplace, case_id: CaseId, what: str
) -> None:
    """A changed password, a closed account and lost tokens leave the officer at their desk."""
    command_id = place.act(case_id, Respond(text=WORDS))
    before = place.item(command_id)
    administration = place.office.administration
    if what == "password":
        administration.set_password("agus", "lain")
    elif what == "account":
        administration.close_account("agus")
    else:
        for name in [name for name in place.keyring.entries if name.endswith("tokens")]:
            place.keyring.delete(name)
    assert place.sync().failure is SyncErrorKind.AUTH
    assert before == replace(place.item(command_id), sent_at=before.sent_at)
    assert (LinkState.SIGN_IN_NEEDED, 1) == (
        place.statuses[-1].link,
        place.desk.inbox.counts().held,
    )
    place.desk.drafting.save(Draft(case_id=case_id, kind="note", text="Tetap bekerja.", base_v=1))
    assert place.case(case_id).case.id == case_id
