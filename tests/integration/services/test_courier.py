# SPDX-License-Identifier: AGPL-3.0-or-later
"""A field office without a line: what it exports arrives, what comes back is true."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.cases.commands import Note, Respond
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.courier.keys import keys_from
from sync.errors import CourierRefused, Refused, StoreUnavailable, SyncError, SyncErrorKind
from sync.services.courier import Imported
from sync.services.relaying import Carried, NotTaken, Relay, Waiting, WaitsFor
from sync.wire.messages import SyncReply
from sync.wire.service import SyncService
from tests.simulation.link import Fault
from tests.support.central import UNIT_B, Office
from tests.support.courier import STRANGER, take_in
from tests.support.desks import Workplace, a_workplace

WORDS = "Sudah kami perbaiki."


class Stick:
    """A folder that somebody carries to the centre and back."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder
        folder.mkdir()

    def to_centre(self, path: Path) -> Path:
        """Have a file taken in at the centre; return the reply."""
        taken, content = take_in(self.office.centre.courier_desk, path.read_bytes())
        reply = self.folder / taken.reply_name
        reply.write_bytes(content)
        return reply


@pytest.fixture
def stick(office: Office, tmp_path: Path) -> Stick:
    return Stick(office, tmp_path / "stick")


def exported(place: Workplace, stick: Stick) -> Path:
    return place.desk.courier.export(stick.folder).path


def taken(place: Workplace, reply: Path) -> Imported:
    outcome = place.desk.courier.take(reply)
    assert isinstance(outcome, Imported)
    return outcome


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(CourierRefused) as caught:
        action()
    return caught.value.code


def test_a_day_without_a_line(place: Workplace, case_id: CaseId, stick: Stick) -> None:
    office = place.office
    command = place.act(case_id, Respond(text=WORDS))
    written = place.desk.courier.export(stick.folder)
    item = place.item(command)
    assert (written.n, written.acts) == (1, 1)
    assert (item.delivery, item.courier_at) == (Delivery.UNKNOWN, office.clock())
    assert place.desk.courier.status().waiting == 1
    assert not place.desk.synchronizer.status().all_delivered
    with pytest.raises(Refused):
        place.desk.casework.withdraw(command)
    heard_at = place.desk.store.identity.synced_at()
    office.clock.advance(3 * 86_400)
    office.citizen_replies(case_id)
    reply = stick.to_centre(written.path)
    office.clock.advance(86_400)
    brought = taken(place, reply)
    assert (brought.settled, brought.is_old, list(brought.missing)) == (1, False, [])
    assert brought.changes.outbox
    assert place.item(command).delivery is Delivery.CONFLICT  # the citizen was faster
    assert place.case(case_id).confirmed.v == 2
    assert place.desk.courier.status().waiting == 0
    assert heard_at == place.desk.store.identity.synced_at()


def test_importing_twice_and_out_of_order_is_harmless(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    first = place.act(case_id, Note(text="Satu"))
    reply_1 = stick.to_centre(exported(place, stick))
    place.office.record(case_id)
    second = place.act(case_id, Note(text="Dua"))
    reply_2 = stick.to_centre(exported(place, stick))
    later = taken(place, reply_2)
    assert (later.settled, list(later.missing), later.is_old) == (2, [1], False)
    state = place.desk.store.journal.cursor()
    for reply in (reply_1, reply_2, reply_1):
        old = taken(place, reply)
        assert old.settled == 0
        assert place.desk.store.journal.cursor() == state
    assert {place.item(each).delivery for each in (first, second)} == {Delivery.ACCEPTED}
    assert place.case(case_id).confirmed.v == 3


def test_replies_that_came_are_not_told_as_missing(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    """Also those that brought nothing new: the network was faster, or they were written twice."""
    files = []
    for text in ("Satu", "Dua", "Tiga"):
        place.act(case_id, Note(text=text))
        files.append(exported(place, stick))
    replies = [stick.to_centre(each) for each in (*files, files[0], files[2])]
    place.sync()
    for n, missing in ((1, []), (2, []), (4, [3]), (3, []), (5, [])):
        brought = taken(place, replies[n - 1])
        assert (brought.n, brought.is_old, list(brought.missing)) == (n, True, missing)
    assert 5 == place.desk.courier.status().received


def test_two_exports_before_the_first_reply(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    """Both replies follow on the same place; the later one goes on from the earlier."""
    place.act(case_id, Note(text="Satu"))
    file_1 = exported(place, stick)
    place.act(case_id, Note(text="Dua"))
    file_2 = exported(place, stick)
    replies = [stick.to_centre(each) for each in (file_1, file_2)]
    assert [taken(place, each).is_old for each in replies] == [False, False]
    assert place.case(case_id).confirmed.v == 3


def test_a_receipt_that_went_missing_comes_with_the_next_reply(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    """The centre got the later file first, and that stick was lost: the fact came, no receipt."""
    place.act(case_id, Note(text="Satu"))
    earlier = exported(place, stick)
    act = place.act(case_id, Note(text="Dua"))
    stick.to_centre(exported(place, stick))
    taken(place, stick.to_centre(earlier))
    item = place.item(act)
    assert (item.delivery, item.receipt, item.receipt_due) == (Delivery.ACCEPTED, "", True)
    asking = place.desk.courier.export(stick.folder)
    assert (asking.acts, place.desk.courier.status().waiting) == (0, 0)
    assert place.item(act).delivery is Delivery.ACCEPTED
    assert taken(place, stick.to_centre(asking.path)).settled == 0
    item = place.item(act)
    assert (bool(item.receipt), item.receipt_due) == (True, False)
    assert len(place.desk.store.outbox.items()) == 2


def test_an_old_reply_does_not_take_away_what_came_back(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    """The case left while the file was written, and is here again by the network."""
    place.office.dispose(case_id, UNIT_B)
    reply = stick.to_centre(exported(place, stick))
    place.sync()
    assert place.desk.inbox.case(case_id) is None
    place.office.dispose(case_id, place.desk.officer.unit_id)
    place.sync()
    assert taken(place, reply).is_old
    assert place.desk.inbox.case(case_id) is not None


def test_the_network_may_overtake_a_reply_that_is_being_taken_in(
    place: Workplace, case_id: CaseId, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two of its pages; what it says from there on is old."""
    monkeypatch.setattr("sync.central.courier._PAGE_BYTES", 4_000)
    place.office.add_cases([{} for _ in range(30)])
    place.office.dispose(case_id, UNIT_B)
    reply = stick.to_centre(exported(place, stick))
    journal = place.desk.store.journal
    absorb, pages = journal.absorb, itertools.count(1)

    def overtaken(page: SyncReply, now: int | None) -> object:
        changes = absorb(page, now)
        if next(pages) == 2:
            place.sync()
            place.office.dispose(case_id, place.desk.officer.unit_id)
            place.sync()
        return changes

    monkeypatch.setattr(journal, "absorb", overtaken)
    assert not taken(place, reply).is_old
    assert place.desk.inbox.case(case_id) is not None


def test_the_network_may_be_faster(place: Workplace, case_id: CaseId, stick: Stick) -> None:
    command = place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    place.sync()
    receipt = place.item(command).receipt
    brought = taken(place, stick.to_centre(path))
    assert (brought.settled, place.item(command).receipt) == (0, receipt)
    assert place.case(case_id).confirmed.v == 2


def test_what_has_no_room_in_a_reply_follows_with_the_next(
    office: Office, tmp_path: Path, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.courier._PAGE_BYTES", 4_000)
    monkeypatch.setattr("sync.central.courier._MOST_REPLY_BYTES", 8_000)
    cases = office.add_cases([{} for _ in range(30)])
    place = a_workplace(office, tmp_path / "baru", synced=False)
    brought = [taken(place, stick.to_centre(exported(place, stick))).cases for _ in range(6)]
    assert 0 < brought[0] < sum(brought) == len(cases)
    place.desk.close()


def test_a_first_load_by_stick(office: Office, tmp_path: Path, stick: Stick) -> None:
    cases = office.add_cases([{} for _ in range(40)])
    place = a_workplace(office, tmp_path / "baru", synced=False)
    brought = taken(place, stick.to_centre(exported(place, stick)))
    assert brought.cases == len(cases)
    assert place.desk.officer.unit_id
    place.desk.close()


def test_an_import_that_was_cut_goes_on(
    office: Office, tmp_path: Path, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.central.courier._PAGE_BYTES", 4_000)
    office.add_cases([{} for _ in range(40)])
    place = a_workplace(office, tmp_path / "baru", synced=False)
    reply = stick.to_centre(exported(place, stick))
    pages: list[object] = []
    absorb = place.desk.store.journal.absorb

    def cut(page: object, now: int | None) -> object:
        pages.append(page)
        if len(pages) == 4:
            raise StoreUnavailable("store.disk-full")
        return absorb(page, now)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(place.desk.store.journal, "absorb", cut)
        with pytest.raises(StoreUnavailable):
            place.desk.courier.take(reply)
    assert len(pages) == 4
    again = taken(place, reply)
    assert 0 < again.cases < 40
    place.desk.close()


def test_a_colleague_carries_and_reads_nothing(
    office: Office, place: Workplace, case_id: CaseId, stick: Stick, tmp_path: Path
) -> None:
    command = place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    district = a_workplace(office, tmp_path / "kabupaten", "sari")
    carried = district.desk.courier.take(path)
    assert isinstance(carried, Carried)
    assert refusal(lambda: district.desk.courier.take(carried.reply)) == "courier.wrong-recipient"
    assert taken(place, carried.reply).settled == 1
    assert place.item(command).delivery is Delivery.ACCEPTED
    district.desk.close()


def test_what_is_not_for_here_is_refused(
    place: Workplace, stick: Stick, tmp_path: Path, office: Office
) -> None:
    path = exported(place, stick)
    reply = stick.to_centre(path)
    reply.write_bytes(reply.read_bytes()[:-10])
    assert refusal(lambda: place.desk.courier.take(reply)) == "courier.cut"
    note = stick.folder / "catatan.txt"
    note.write_text("Belanja", encoding="utf-8")
    assert refusal(lambda: place.desk.courier.take(note)) == "courier.not-ours"
    missing = stick.folder / "tidak-ada.kurir"
    assert refusal(lambda: place.desk.courier.take(missing)) == "courier.stick-gone"


def test_other_keys_of_the_centre_are_shown_and_not_taken(
    place: Workplace, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = place.desk.courier.status().centre
    place.desk.tokens.installation.meet(STRANGER.public)
    status = place.desk.courier.status()
    assert status.centre == pinned != status.centre_offered
    assert refusal(lambda: exported(place, stick)) == "courier.centre-changed"
    place.desk.courier.trust_centre(place.desk.courier.status().centre_offered)
    assert place.desk.courier.status().centre == status.centre_offered
    assert exported(place, stick).exists()


def test_a_reply_of_another_centre_is_refused(
    place: Workplace, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = stick.to_centre(exported(place, stick))
    place.desk.tokens.installation.meet(keys_from(b"o" * 32).public)
    place.desk.courier.trust_centre(place.desk.courier.status().centre_offered)
    assert refusal(lambda: place.desk.courier.take(reply)) == "courier.unknown-sender"


def test_a_restored_centre_is_followed_once(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    before = stick.to_centre(exported(place, stick))
    epoch = place.office.renew_epoch()
    reply = stick.to_centre(exported(place, stick))
    assert taken(place, reply).cases == 1
    assert place.desk.store.journal.epoch() == epoch
    assert refusal(lambda: place.desk.courier.take(before)) == "courier.other-history"
    assert place.case(case_id).confirmed.v == 1


def test_an_office_that_lives_by_sticks_keeps_its_cases(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    """The lease counts from when the centre wrote the reply, not from when it was taken in."""
    office, days = place.office, 86_400
    office.clock.advance(10 * days)
    reply = stick.to_centre(exported(place, stick))
    office.clock.advance(10 * days)
    taken(place, reply)
    assert place.desk.inbox.case(case_id) is not None
    office.clock.advance(10 * days)
    taken(place, reply)
    assert place.desk.store.lease.is_over
    assert place.desk.inbox.case(case_id) is None
    command = place.desk.courier.export(stick.folder)
    taken(place, stick.to_centre(command.path))
    assert place.desk.inbox.case(case_id) is not None


def test_a_file_waits_at_the_district_office_until_the_line_is_there(
    place: Workplace, case_id: CaseId, stick: Stick, tmp_path: Path
) -> None:
    """The stick goes home meanwhile; the reply is kept, and put on it where it is still there."""
    act = place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    district = a_workplace(place.office, tmp_path / "district", "sari")
    district.link.fail([Fault.OFFLINE] * 4)
    outcome = district.desk.courier.take(path)
    assert outcome == Waiting(name=path.name)
    relay = district.desk.courier.relay
    district.link.fail([Fault.OFFLINE] * 4)
    assert (relay.carry_waiting(), len(relay.waiting())) == ([], 1)
    district.link.fail([])
    [carried] = relay.carry_waiting()
    assert isinstance(carried, Carried)
    assert (carried.reply.parent, relay.waiting()) == (stick.folder, [])
    assert taken(place, carried.reply).settled == 1
    assert place.item(act).delivery is Delivery.ACCEPTED
    district.link.fail([Fault.OFFLINE] * 4)
    district.desk.courier.take(path)
    path.rename(tmp_path / path.name)
    for other in stick.folder.iterdir():
        other.unlink()
    stick.folder.rmdir()
    district.link.fail([])
    [again] = relay.carry_waiting()
    assert isinstance(again, Carried)
    assert (again.is_repeated, again.is_aside, again.reply.parent.name) == (True, True, "replies")
    district.desk.close()


def test_nobody_waits_while_a_file_is_being_carried(
    place: Workplace, case_id: CaseId, stick: Stick, tmp_path: Path
) -> None:
    """The lane that looks after what waits has other work to do."""
    place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    tokens = a_workplace(place.office, tmp_path / "district", "sari").desk.tokens
    meanwhile: list[object] = []

    def connect() -> SyncService:
        with path.open("rb") as second:
            meanwhile.append((relay.carry_waiting(), relay.carry(path, second)))
        raise SyncError(SyncErrorKind.OFFLINE)

    relay = Relay(tmp_path / "relay", tokens, connect, place.office.clock)
    with path.open("rb") as file:
        assert Waiting(name=path.name) == relay.carry(path, file)
    second = Waiting(name=path.name, waits_for=WaitsFor.OTHERS)
    assert ([([], second)], 1) == (meanwhile, len(relay.waiting()))


@pytest.fixture
def dead_relay(place: Workplace, tmp_path: Path) -> Relay:
    """Give a relay whose line is down."""

    def connect() -> SyncService:
        raise SyncError(SyncErrorKind.OFFLINE)

    return Relay(tmp_path / "relay", place.desk.tokens, connect, place.office.clock)


def brought(relay: Relay, folder: Path, content: bytes) -> None:
    """Bring a file that is called as others are."""
    folder.mkdir()
    path = folder / "kiriman.kurir"
    path.write_bytes(content)
    with path.open("rb") as file:
        relay.carry(path, file)


def test_files_of_one_name_wait_beside_each_other(dead_relay: Relay, tmp_path: Path) -> None:
    """Two sticks, two officers, one name: neither file may take the other's place."""
    for stick, content in (("a", b"Satu"), ("b", b"Dua"), ("c", b"Satu")):
        brought(dead_relay, tmp_path / stick, content)
    waiting = {path.name: path.read_bytes() for path in dead_relay.waiting()}
    assert waiting == {"kiriman.kurir": b"Satu", "kiriman-2.kurir": b"Dua"}


def test_a_waiting_file_that_cannot_be_read_holds_up_no_other(
    place: Workplace, case_id: CaseId, stick: Stick, tmp_path: Path
) -> None:
    """The others go and are told of; then the disk's fault is told."""
    place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    district = a_workplace(place.office, tmp_path / "district", "sari")
    district.link.fail([Fault.OFFLINE] * 4)
    district.desk.courier.take(path)
    relay = district.desk.courier.relay
    relay.waiting()[0].with_name("aaa.kurir").mkdir()  # a folder is what no disk reads
    district.link.fail([])
    [carried] = relay.carry_waiting()
    assert isinstance(carried, Carried)
    with pytest.raises(StoreUnavailable):
        relay.carry_waiting()
    district.desk.close()


def test_a_centre_that_takes_no_more_is_left_alone_for_a_while(
    place: Workplace, case_id: CaseId, stick: Stick, tmp_path: Path
) -> None:
    """Each attempt would cost the line a part of the file."""
    place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    tokens = a_workplace(place.office, tmp_path / "district", "sari").desk.tokens
    attempts: list[int] = []

    def connect() -> SyncService:
        attempts.append(place.office.clock())
        raise SyncError(SyncErrorKind.BUSY)

    relay = Relay(tmp_path / "relay", tokens, connect, place.office.clock)
    with path.open("rb") as file:
        assert Waiting(name=path.name, waits_for=WaitsFor.CENTRE) == relay.carry(path, file)
    for _ in range(3):
        assert [] == relay.carry_waiting()
    asked = len(attempts)
    place.office.clock.advance(5 * 60_000)
    assert [] == relay.carry_waiting()
    assert (2, 3) == (asked, len(attempts))


def test_a_file_that_the_centre_refuses_later_is_kept_and_told(
    place: Workplace, case_id: CaseId, stick: Stick, tmp_path: Path
) -> None:
    place.act(case_id, Note(text="Satu"))
    path = exported(place, stick)
    district = a_workplace(place.office, tmp_path / "district", "sari")
    district.link.fail([Fault.OFFLINE] * 4)
    district.desk.courier.take(path)
    place.office.administration.revoke_device(place.desk.tokens.device_id, place.office.clock())
    district.link.fail([])
    relay = district.desk.courier.relay
    [refused] = relay.carry_waiting()
    assert isinstance(refused, NotTaken)
    assert (refused.code, relay.waiting()) == ("courier.revoked", [])
    assert refused.path.read_bytes() == path.read_bytes()
    district.desk.close()


def test_receipts_open_nothing_on_a_revoked_device(
    place: Workplace, case_id: CaseId, stick: Stick
) -> None:
    act = place.act(case_id, Note(text="Satu"))
    place.office.clock.advance(60)
    place.office.administration.revoke_device(place.desk.tokens.device_id, place.office.clock())
    place.sync()
    assert place.desk.store.lease.is_over
    path = exported(place, stick)
    desk = place.office.centre.courier_desk
    file, content = take_in(desk, path.read_bytes(), from_revoked=True)
    reply = stick.folder / file.reply_name
    reply.write_bytes(content)
    assert taken(place, reply).settled == 1
    assert place.item(act).delivery is Delivery.ACCEPTED
    assert place.desk.store.lease.is_over
    assert place.desk.inbox.case(case_id) is None
