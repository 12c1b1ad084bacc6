# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs of the synchronizer, and what the officer is told about them."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from sync.cases.changes import EVERYTHING
from sync.cases.commands import Note, Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.central.head import renew_epoch
from sync.engine.loop import POLL_S
from sync.engine.status import LinkState
from sync.engine.timekeeping import ClockState
from sync.errors import StoreUnavailable, SyncErrorKind
from sync.services.cli_sync import Watch
from sync.wire.rulebook import load_rulebook
from tests.simulation.link import Fault
from tests.support.central import Office
from tests.support.desks import Workplace, a_door, a_workplace

WORDS = "Lampu sudah diganti."


def test_the_light_is_green_only_when_everything_is_delivered(
    place: Workplace, case_id: CaseId
) -> None:
    """Before sending it is not, after the verdict it is."""
    place.sync()
    place.act(case_id, Respond(text=WORDS))
    before = place.desk.synchronizer.status()
    place.sync()
    after = place.desk.synchronizer.status()
    assert [(False, 1), (True, 0)] == [(s.all_delivered, s.undelivered) for s in (before, after)]


def test_a_decision_keeps_the_light_from_being_green(place: Workplace, case_id: CaseId) -> None:
    """An act that waits for the officer is not done."""
    place.act(case_id, Respond(text=WORDS))
    place.office.citizen_replies(case_id)
    place.sync()
    status = place.desk.synchronizer.status()
    assert (LinkState.ONLINE, 1, False) == (status.link, status.decisions, status.all_delivered)


@pytest.mark.parametrize(
    ("fault", "link", "problem", "unknown"),
    [
        (Fault.OFFLINE, LinkState.OFFLINE, "sync.offline", 0),
        (Fault.BUSY, LinkState.OFFLINE, "sync.busy", 1),
        (Fault.LOST, LinkState.OFFLINE, "sync.unanswered", 1),
        (Fault.UNANSWERED, LinkState.OFFLINE, "sync.unanswered", 1),
        (Fault.PORTAL, LinkState.OFFLINE, "sync.malformed", 1),
    ],
)
def test_each_failure_is_told_as_what_it_is(
    place: Workplace, case_id: CaseId, fault: Fault, link: LinkState, problem: str, unknown: int
) -> None:
    """What may have arrived is counted as unknown, what surely did not is not."""
    place.act(case_id, Respond(text=WORDS))
    place.sync(fault)
    status = place.statuses[-1]
    assert (link, problem, 1, unknown) == (
        status.link,
        status.problem,
        status.undelivered,
        status.unknown,
    )


def test_an_unknown_outcome_is_cleared_up_by_asking_again(
    place: Workplace, case_id: CaseId
) -> None:
    """The centre had it all the time; it is recorded once."""
    command_id = place.act(case_id, Respond(text=WORDS))
    place.sync(Fault.UNANSWERED)
    assert place.item(command_id).delivery is Delivery.UNKNOWN
    place.sync()
    assert (Delivery.ACCEPTED, 2) == (
        place.item(command_id).delivery,
        place.case(case_id).confirmed.v,
    )


def test_a_revoked_device_keeps_its_work(place: Workplace, case_id: CaseId) -> None:
    """The centre takes nothing any more; what was typed is still here."""
    command_id = place.act(case_id, Respond(text=WORDS))
    device = place.desk.tokens.device_id
    place.office.administration.revoke_device(device, place.office.clock())
    assert place.sync().failure is SyncErrorKind.REVOKED
    assert (LinkState.REVOKED, Delivery.STORED) == (
        place.statuses[-1].link,
        place.item(command_id).delivery,
    )


def test_a_quiet_run_is_one_exchange_and_changes_nothing(place: Workplace) -> None:
    """Nothing to say, nothing told: no change is announced, the link just stays online."""
    place.sync()
    place.changes.clear()
    outcome = place.sync()
    assert (1, [], LinkState.ONLINE) == (outcome.exchanges, place.changes, outcome.status.link)


def test_sending_needs_no_exchange_to_find_out_that_it_is_over(
    place: Workplace, case_id: CaseId
) -> None:
    """One act, one round trip."""
    place.act(case_id, Respond(text=WORDS))
    outcome = place.sync()
    assert (1, 1) == (outcome.exchanges, outcome.settled)


def test_a_first_load_comes_in_pages_with_its_progress(office: Office, tmp_path: Path) -> None:
    """Each page is announced, and how far it is; at the end there is nothing to go."""
    office.add_cases([{"text": "Jalan berlubang. " * 200}] * 60)
    place = a_workplace(office, tmp_path / "computer", synced=False)
    outcome = place.sync()
    assert outcome.exchanges > 1
    assert outcome.exchanges == len(place.changes)
    known = [status.progress for status in place.statuses if status.progress is not None]
    assert known
    assert all(progress.done <= progress.total for progress in known)
    assert (None, 60) == (place.statuses[-1].progress, place.desk.inbox.counts().held)
    place.desk.close()


def test_a_run_can_be_cancelled_between_pages(office: Office, tmp_path: Path) -> None:
    """What has come stays; the rest comes next time."""
    office.add_cases([{"text": "Jalan berlubang. " * 200}] * 60)
    place = a_workplace(office, tmp_path / "computer", synced=False)
    outcome = place.desk.synchronizer.run_once(
        place.changes.append, place.statuses.append, lambda: len(place.changes) >= 1
    )
    assert (1, True) == (outcome.exchanges, 0 < place.desk.inbox.counts().held < 60)
    assert place.desk.synchronizer.next_wait_s() == 0
    place.desk.close()


def test_another_history_of_the_centre_empties_the_cache_only(
    place: Workplace, case_id: CaseId
) -> None:
    """After a restored backup everything is fetched again; unsent work goes out."""
    command_id = place.act(case_id, Note(text="Sudah dicek."))
    renew_epoch(place.office.database, lambda size: b"x" * size)
    outcome = place.sync()
    assert (None, 1) == (outcome.failure, place.desk.inbox.counts().held)
    assert place.item(command_id).delivery is Delivery.ACCEPTED


def test_what_a_restored_centre_still_knows_is_not_done_twice(
    place: Workplace, case_id: CaseId
) -> None:
    """What it took before is asked again under the same id, and answered as before."""
    command_id = place.act(case_id, Note(text="Sudah dicek."))
    place.sync()
    receipt = place.item(command_id).receipt
    renew_epoch(place.office.database, lambda size: b"x" * size)
    place.sync()
    item = place.item(command_id)
    assert (Delivery.ACCEPTED, receipt) == (item.delivery, item.receipt)
    assert [command_id] == [entry.event.command_id for entry in place.case(case_id).entries]


def test_the_day_is_the_centres(office: Office, tmp_path: Path) -> None:
    """Two days off must not move a single deadline."""
    place = a_workplace(office, tmp_path / "computer", skew_ms=2 * 86_400_000)
    assert load_rulebook().calendar.day_of(office.clock()) == place.desk.inbox.today()
    place.desk.close()


def test_a_flat_battery_is_told_and_moves_no_deadline(office: Office, tmp_path: Path) -> None:
    """After a restart in 1970 the last known day counts, unverified, until the centre answers."""
    place = a_workplace(office, tmp_path / "computer")
    today = place.desk.inbox.today()
    place.desk.close()
    door, _ = a_door(office, tmp_path / "computer", place.keyring, skew_ms=-office.clock())
    desk = door.open(place.desk.profile)
    assert (today, False) == (desk.inbox.today(), desk.time.is_verified())
    assert desk.synchronizer.status().clock is ClockState.BACK
    desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
    assert (today, True) == (desk.inbox.today(), desk.time.is_verified())
    desk.close()


def test_a_clock_that_is_off_is_told(office: Office, tmp_path: Path) -> None:
    """More than five minutes are worth a word; deadlines are the centre's anyway."""
    place = a_workplace(office, tmp_path / "computer", skew_ms=6 * 60_000)
    status = place.desk.synchronizer.status()
    assert (-6 * 60_000, True) == (status.server_offset_ms, status.clock_is_off)
    place.desk.close()


def test_success_and_failure_decide_when_to_run_next(place: Workplace) -> None:
    """A quiet success waits for the poll, a failure for the back-off, a nudge for nothing."""
    place.sync()
    assert 0.8 * POLL_S <= place.desk.synchronizer.next_wait_s() <= 1.1 * POLL_S
    place.desk.synchronizer.nudge()
    assert place.desk.synchronizer.next_wait_s() == 0
    place.sync(Fault.OFFLINE)
    assert 0 < place.desk.synchronizer.next_wait_s() <= 4
    place.desk.synchronizer.try_now()
    assert place.desk.synchronizer.next_wait_s() == 0


def test_a_disk_that_fails_is_told_and_does_not_spin(
    place: Workplace, case_id: CaseId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure is raised, shown, and not tried again at once."""
    place.act(case_id, Respond(text=WORDS))

    def full(*_arguments: object) -> None:
        raise StoreUnavailable("store.disk-full")

    monkeypatch.setattr(place.desk.store.journal, "absorb", full)
    with pytest.raises(StoreUnavailable):
        place.sync()
    assert "store.disk-full" == place.statuses[-1].problem
    assert EVERYTHING == place.changes[-1], "verdicts may be on the disk that nobody told of"
    assert place.desk.synchronizer.next_wait_s() > 0


def test_a_cache_that_breaks_is_fetched_anew_in_the_same_run(
    place: Workplace, case_id: CaseId
) -> None:
    """A broken page costs a first load, not a restart of the program, and no word."""
    command_id = place.act(case_id, Respond(text=WORDS))
    cache = place.desk.store.files.cache
    cache.path.with_name(cache.path.name + ".broken").touch()
    place.sync()
    assert not place.desk.store.upkeep.cache_is_broken
    assert Delivery.ACCEPTED is place.item(command_id).delivery
    assert EVERYTHING in place.changes
    assert 2 == place.case(case_id).confirmed.v


def test_watching_asks_at_once_when_the_computer_slept(place: Workplace) -> None:
    """Not after the rest of its minute, in which it looked at nothing."""
    hours = itertools.count(0, 3_600_000)
    place.sync()
    assert place.desk.synchronizer.next_wait_s() > 50
    Watch(place.desk, lambda: next(hours)).wait_for_work()
    assert 0 == place.desk.synchronizer.next_wait_s()
