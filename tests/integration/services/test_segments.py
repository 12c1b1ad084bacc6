# SPDX-License-Identifier: AGPL-3.0-or-later
"""First loads by segments: from a real centre, over a bad line, into real files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.cases.access import Role
from sync.cases.commands import Respond
from sync.cases.events import Corrected
from sync.cases.ids import CaseId
from sync.central import schema
from sync.central.segments import Cutting
from sync.errors import SyncErrorKind
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from sync.wire import codec
from sync.wire.messages import Segment, SyncReply, SyncRequest
from tests.simulation.link import Fault as LinkFault
from tests.support.central import PASSWORD, UNIT_A, UNIT_B, Office, new_office, running_server
from tests.support.desks import Workplace, a_workplace
from tests.support.faults import PASS, Fault, FaultProxy, Trouble
from tests.support.keyring import MemoryKeyring
from tests.support.traffic import Request

TINY = Cutting(smallest_scope=4, first=3, fewest=2, spread=2, most=4)
"""Segments of a handful of cases."""

CASES = 36
DAY_MS = 86_400_000


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A centre that cuts tiny segments, with three dozen cases in unit A and one in B."""
    office = new_office(f"sqlite:///{tmp_path / 'central.db'}", cutting=TINY)
    statuses = ("Terverifikasi", "Ditutup oleh Sistem")
    for number in range(CASES):
        case = office.add_case(
            raw_status=statuses[number % 2],
            registered_at=office.clock() - number * DAY_MS,
            title=f"Lampu jalan {number} padam",
            anonymous=number % 5 == 0,
            secret=number % 7 == 0,
        )
        if number % 3 == 0:
            office.citizen_replies(case.id, f"Sudah {number} hari.")
    office.add_case(UNIT_B)
    yield office
    office.database.close()


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Iterator[Workplace]:
    """Agus's new computer, which has fetched nothing yet."""
    place = a_workplace(office, tmp_path / "computer", synced=False)
    yield place
    place.desk.close()


def held_ids(desk: Desk) -> set[int]:
    """Return which cases are on a computer."""
    with desk.store.files.cache.read() as cache:
        return set(cache.exec_driver_sql("SELECT id FROM cases").scalars())


def held(desk: Desk) -> dict[int, object]:
    """Return every case on a computer as the centre told it."""
    views = [desk.store.cases.view(CaseId(id_)) for id_ in held_ids(desk)]
    return {
        view.case.id: (
            view.confirmed,
            [entry.event for entry in view.entries if entry.delivery is None],
        )
        for view in views
        if view is not None
    }


def told(office: Office, username: str = "agus") -> dict[int, object]:
    """Return what a load by pages gives."""
    device = office.device(username)
    device.follow()
    return {
        case_id: (codec.case_from(head), [*map(codec.event_from, device.history(case_id))])
        for case_id, head in device.cases.items()
    }


def load(place: Workplace, pieces: int) -> None:
    """Fetch the list and so many pieces, then stop."""
    known = len(place.changes)
    place.desk.synchronizer.run_once(
        place.changes.append, place.statuses.append, lambda: len(place.changes) > known + pieces
    )


# ------------------------------------------------------------------------------------ what comes


@pytest.mark.parametrize("username", ["agus", "wati", "rina", "dewi"])
def test_segments_give_what_pages_give(office: Office, tmp_path: Path, username: str) -> None:
    """The same cases with the same facts, veiled alike; and everything can be searched."""
    place = a_workplace(office, tmp_path / "computer", username, synced=False)
    place.sync()
    assert told(office, username) == held(place.desk)
    assert any(status.progress for status in place.statuses), "it did not go by segments"
    assert place.statuses[-1].progress is None
    if username == "agus":
        assert CASES == len(place.desk.store.search.search("lampu"))
    place.desk.close()


def test_the_queue_is_usable_after_the_first_piece(place: Workplace) -> None:
    """The newest open cases are in it, and how far it is can be seen."""
    load(place, 1)
    assert {1, 3, 5} == held_ids(place.desk)
    progress = place.statuses[-1].progress
    assert progress is not None
    assert (3, CASES) == (progress.done, progress.total)


def test_acts_go_out_before_the_load_is_through(office: Office, place: Workplace) -> None:
    """A long load does not hold up an answer; its fact comes with the feed after it."""
    load(place, 1)
    command_id = place.act(CaseId(1), Respond(text="Sudah diganti."))
    load(place, 1)
    assert place.item(command_id).receipt
    assert {1, 3, 5} == held_ids(place.desk)
    place.sync()
    assert told(office) == held(place.desk)


def test_what_happens_during_a_load_comes_after_it(office: Office, place: Workplace) -> None:
    """Changed, gone, come back and new: the feed tells, whether the case is here yet or not."""
    load(place, 1)
    for case_id in (1, 36):  # one that is here already, and one of the last piece
        office.citizen_replies(case_id)
    for case_id in (3, 35):
        office.dispose(case_id, UNIT_B)
    for case_id in (5, 34):
        office.dispose(case_id, UNIT_B)
        office.dispose(case_id, UNIT_A)
    office.add_case(title="Baru saja")
    place.sync()
    assert told(office) == held(place.desk)
    assert {3, 35}.isdisjoint(held_ids(place.desk))


def test_a_later_device_gets_nothing_that_left_in_between(office: Office, tmp_path: Path) -> None:
    """The kept snapshot is made without it; nothing of it reaches the new device at any time."""
    a_workplace(office, tmp_path / "first").desk.close()
    office.dispose(35, UNIT_B)
    office.record(34, Corrected(anonymous=True))
    place = a_workplace(office, tmp_path / "second", synced=False)
    while not place.statuses or place.statuses[-1].progress or not held_ids(place.desk):
        load(place, 1)
        assert 35 not in held_ids(place.desk)
    assert told(office) == held(place.desk)
    place.desk.close()


def test_most_pieces_keep_their_names_when_cases_change(office: Office) -> None:
    """A device in the middle of a load has most of a newer snapshot already."""
    device = office.device("agus")
    first = manifest(office, device.access_token)
    office.dispose(35, UNIT_B)
    second = manifest(office, device.access_token)
    assert 1 == len(names(first) - names(second))


def test_a_small_scope_is_loaded_by_pages(office: Office, tmp_path: Path) -> None:
    """Sari has one case: nobody makes a snapshot for it."""
    place = a_workplace(office, tmp_path / "computer", "sari", synced=False)
    assert 1 == place.sync().exchanges
    assert {CASES + 1} == held_ids(place.desk)
    place.desk.close()


# -------------------------------------------------------------------------------- who may have it


def manifest(office: Office, token: str, cursor: str | None = None) -> SyncReply:
    """Return the first answer to a device."""
    reply = office.centre.sync(token, SyncRequest(cursor=cursor))
    assert reply.snapshot is not None
    return reply


def names(reply: SyncReply) -> set[str]:
    """Return the hashes in a list of pieces."""
    assert reply.snapshot is not None
    return {segment.sha256 for segment in reply.snapshot.segments}


def content(office: Office, token: str, sha256: str) -> Segment | None:
    """Fetch a piece."""
    packed = office.centre.segment(token, sha256, 0, 1 << 30)
    return None if packed is None else codec.unpacked_segment(packed)


def test_a_hash_gives_no_access(office: Office) -> None:
    """Another unit, a watcher, a colleague who sees more: each gets their own pieces only."""
    tokens = {name: office.device(name).access_token for name in ("agus", "sari", "wati", "rina")}
    theirs = {name: names(manifest(office, tokens[name])) for name in ("agus", "wati", "rina")}
    for asker, token in tokens.items():
        for owner, hashes in theirs.items():
            found = [content(office, token, sha256) is not None for sha256 in hashes]
            assert [asker == owner] * len(hashes) == found, (asker, owner)


def test_a_revoked_device_and_another_role_get_nothing(office: Office) -> None:
    """What is asked is the centre's answer of this moment, not that of the list."""
    device = office.device("agus")
    sha256 = min(names(manifest(office, device.access_token)))
    with office.database.write() as connection:
        connection.execute(
            schema.officers.update()
            .where(schema.officers.c.username == "agus")
            .values(role=Role.COORDINATOR.value)
        )
        connection.execute(
            schema.head.update().values(reference_rev=schema.head.c.reference_rev + 1)
        )
    assert content(office, device.access_token, sha256) is None
    office.administration.revoke_device(device.id, office.clock())
    with pytest.raises(Exception, match="revoked"):
        content(office, device.access_token, sha256)


def test_pieces_are_veiled(office: Office) -> None:
    """No reporter for a coordinator, nor words of secret cases; no anonymous one for a liaison."""
    for username in ("agus", "rina"):
        token = office.device(username).access_token
        for sha256 in names(manifest(office, token)):
            segment = content(office, token, sha256)
            assert segment is not None
            for case in segment.cases:
                may_know = username == "agus" and not case.anonymous
                assert may_know == (case.reporter is not None)
                assert bool(case.text) == (username == "agus" or not case.secret)


def test_a_piece_is_not_handed_out_once_a_case_in_it_has_left(
    office: Office, place: Workplace
) -> None:
    """A device in the middle of its load asks for the list again, and comes to an end."""
    load(place, 1)
    before = held_ids(place.desk)
    office.dispose(36, UNIT_B)
    office.record(35, Corrected(secret=True))
    reply = manifest(office, office.device("agus").access_token)
    with office.database.read() as connection:
        kept = set(connection.execute(select(schema.segments.c.sha256)).scalars())
    assert names(reply) <= kept
    place.sync()
    assert before <= held_ids(place.desk)
    assert 36 not in held_ids(place.desk)
    assert told(office) == held(place.desk)


def test_another_history_during_a_load_begins_anew(office: Office, place: Workplace) -> None:
    """The pieces of a restored centre are others."""
    load(place, 2)
    office.renew_epoch()
    with office.database.write() as connection:
        connection.execute(schema.segments.delete())
    place.sync()
    assert told(office) == held(place.desk)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AGENCY_ADMIN])
def test_what_may_be_seen_of_a_newer_case_changes_with_the_role(
    office: Office, tmp_path: Path, role: Role
) -> None:
    """A piece that was made before a case changed says nothing new of it; the feed behind does.

    Whoever is no admin any more keeps no citizen's name, and whoever becomes one gets it.
    """
    before = Role.AGENCY_ADMIN if role is Role.LIAISON else Role.LIAISON
    agus = office.officers["agus"]
    for number, each in enumerate((role, before)):  # the pieces for both are there already
        office.administration.change_officer(agus, role=each, unit_id=UNIT_A)
        place = a_workplace(office, tmp_path / f"first-{number}")
        place.desk.close()
    place = a_workplace(office, tmp_path / "computer")
    for case_id in held_ids(place.desk):  # some of citizens who want to stay anonymous
        office.citizen_replies(case_id, "Masih gelap.")
    place.sync()
    office.administration.change_officer(agus, role=role, unit_id=UNIT_A)
    place.sync()
    assert told(office) == held(place.desk)
    place.desk.close()


def test_a_scope_that_shrinks_during_a_load_takes_its_cases_along(
    office: Office, tmp_path: Path
) -> None:
    """Wati becomes a liaison of unit B: what had come of A goes, and B's comes."""
    place = a_workplace(office, tmp_path / "computer", "wati", synced=False)
    load(place, 2)
    with office.database.write() as connection:
        connection.execute(
            schema.officers.update()
            .where(schema.officers.c.username == "wati")
            .values(role=Role.LIAISON.value, unit_id=UNIT_B)
        )
        connection.execute(
            schema.head.update().values(
                reference_rev=schema.head.c.reference_rev + 1, moves=schema.head.c.moves + 1
            )
        )
    place.sync()
    assert {CASES + 1} == held_ids(place.desk)
    place.desk.close()


# ---------------------------------------------------------------------------------- over bad lines


def asks_for_a_piece(request: Request) -> bool:
    """Return whether a request is for a part of a piece."""
    return "/segments/" in request.path


@pytest.fixture
def proxy(office: Office) -> Iterator[FaultProxy]:
    """A bad line before a real server."""
    with running_server(office) as url, FaultProxy(int(url.rpartition(":")[2])) as proxy:
        yield proxy


def test_a_load_that_is_cut_anywhere_loses_the_current_piece_at_most(
    office: Office, proxy: FaultProxy, tmp_path: Path, expected_logs: list[str]
) -> None:
    """Each answer breaks off somewhere else, and the program is closed each time."""
    expected_logs.append("Failed to parse headers")
    door = SignIn(
        tmp_path / "computer", HttpService, MemoryKeyring(), office.clock, lambda: str(uuid.uuid4())
    )
    desk = door.sign_in(proxy.url, "agus", PASSWORD)
    profile = desk.profile
    for at in (0, 1, 40, 200, 290, 310, 350, 450):
        proxy.then(Fault(Trouble.TRUNCATE, at), when=asks_for_a_piece)
        assert _run(desk) is not None
        before = len(held_ids(desk))
        proxy.then(PASS, Fault(Trouble.CUT_BEFORE), when=asks_for_a_piece)
        _run(desk)
        assert len(held_ids(desk)) > before or before == CASES, at
        desk.close()
        desk = door.open(profile)
    assert _run(desk) is None
    assert told(office) == held(desk)
    desk.close()
    assert len([*filter(asks_for_a_piece, proxy.requests)]) < 40


def _run(desk: Desk) -> SyncErrorKind | None:
    outcome = desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)
    return outcome.failure


def test_a_lost_answer_is_fetched_again(office: Office, place: Workplace) -> None:
    """Over the other line as well: lost, busy, a portal, twice."""
    load(place, 1)
    for fault in (LinkFault.UNANSWERED, LinkFault.BUSY, LinkFault.PORTAL, LinkFault.OFFLINE):
        place.sync(LinkFault.TWICE, fault)
    place.sync()
    assert told(office) == held(place.desk)
