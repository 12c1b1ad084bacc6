# SPDX-License-Identifier: AGPL-3.0-or-later
"""What another worker commits between a look and what follows from it, on a real PostgreSQL.

PostgreSQL lets each statement see what has been committed until then, so whoever looks first and
writes afterwards must lock what was looked at. Each test stops one at a lock of the test, just
before it writes; without its own lock the other would be through by then.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher
from msgspec import structs
from sqlalchemy import insert, select, text
from typing_extensions import override

from sync.cases.access import Role, Unit
from sync.cases.commands import Note
from sync.cases.ids import UnitId
from sync.central import schema
from sync.central.accounts import THROTTLE_ATTEMPTS, Accounts
from sync.central.administration import insert_units
from sync.central.blob_files import BlobFiles
from sync.central.database import Database
from sync.central.directory import Directory
from sync.central.editions import Editions
from sync.central.head import Counter, found, renew_epoch
from sync.central.segments import Cutting
from sync.central.upgrade import bring_up
from sync.central.uploads import Limits, Uploads
from sync.courier.editions import Template
from sync.courier.keys import keys_from
from sync.errors import SignInFailed, SyncError
from sync.wire.messages import RefreshRequest, SignInRequest, SyncReply, SyncRequest
from sync.wire.rulebook import load_rulebook
from tests.support.central import CHEAP_HASHER, PASSWORD, Office, new_office
from tests.support.courier import FieldOffice, take_in

pytestmark = pytest.mark.postgres

DIGEST = "ab" * 32


@pytest.fixture
def office(new_postgres_database: Callable[[], str]) -> Iterator[Office]:
    """Give an office on PostgreSQL."""
    office = new_office(new_postgres_database())
    yield office
    office.database.close()


def until_waiting(database: Database, work: Future[Any], waiting: int) -> None:
    """Return when so many wait for a lock, or this work is done without waiting."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while not work.done():
        with database.read() as connection:
            if connection.execute(query).scalar_one() >= waiting:
                return


@contextmanager
def stopped_at(database: Database, table: str) -> Iterator[Callable[..., Future[Any]]]:
    """Let nobody write into a table until the end of the block; read it they may.

    What is yielded runs work beside, and returns when that waits or is done.
    """
    running: list[Future[Any]] = []
    with ThreadPoolExecutor(2) as threads:

        def beside(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
            running.append(threads.submit(work, *arguments))
            until_waiting(database, running[-1], sum(not each.done() for each in running))
            return running[-1]

        with database.write() as connection:
            connection.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
            yield beside
        wait(running)


def test_two_processes_found_one_centre(new_postgres_database: Callable[[], str]) -> None:
    """The later one finds what the first one has begun."""
    database = Database(new_postgres_database())
    bring_up(database)
    with stopped_at(database, "head") as beside:
        founding = [beside(found, database, secrets.token_bytes) for _ in range(2)]
    assert [None, None] == [each.result() for each in founding]
    database.close()


def test_an_edition_contains_the_one_before(office: Office) -> None:
    """Two that are published at once do not forget each other's rules."""
    clock = itertools.count(office.clock()).__next__
    editions = Editions(office.database, keys_from(b"k" * 32), load_rulebook(), clock)
    with stopped_at(office.database, "editions") as beside:
        beside(partial(editions.publish, templates=[Template(name="Salam", text="Selamat pagi.")]))
        beside(partial(editions.publish, calendar=""))
    newest = editions.newest()
    assert newest is not None
    assert ["Salam"] == [each.name for each in newest.templates]


def test_a_history_ends_with_its_last_change(office: Office) -> None:
    """What is accepted while another history begins belongs to one of them, and is counted."""
    office.add_case()
    device = office.device("agus")
    device.follow()
    with stopped_at(office.database, "epochs") as beside:
        beside(renew_epoch, office.database, lambda size: b"n" * size)
        noting = beside(device.send, device.command(1, Note(text="Pada saat itu juga.")))
        assert not noting.done()
    assert ["accepted"] == [verdict.verdict for verdict in noting.result()]


def test_a_roster_is_of_one_moment(office: Office) -> None:
    """Units and officers are read one after the other; a new officer's unit is known."""
    office.administration.add_unit("Unit lain")

    def look() -> list[tuple[int, bool]]:
        with office.database.write() as connection:
            head = Counter().read(connection)
            roster = Directory().at(connection, head.reference_rev, head.moves)
        return [(each.id, each.unit_id in roster.units) for each in roster.officers.values()]

    unit = Unit(
        id=UnitId(900),
        name="Unit baru",
        short_name="",
        kind="unit",
        parent_id=None,
        coordinated_by=None,
    )
    with ThreadPoolExecutor(1) as threads, office.database.write() as connection:
        connection.execute(text("LOCK TABLE officers IN ACCESS EXCLUSIVE MODE"))
        looking = threads.submit(look)
        until_waiting(office.database, looking, 1)
        insert_units(connection, [unit])
        connection.execute(
            insert(schema.officers).values(
                username="baru",
                name="Petugas Baru",
                role=Role.LIAISON.value,
                unit_id=unit.id,
                password_hash="",
                disabled=False,
            )
        )
        connection.commit()
        assert all(known for _, known in looking.result())


class Meanwhile(PasswordHasher):
    """Lets something happen while a password is checked."""

    def __init__(self, event: Callable[[], object]) -> None:
        super().__init__()
        self._event = event

    @override
    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        checked = CHEAP_HASHER.verify(hash, password)
        self._event()
        return checked


def _sign_in(device_id: str) -> SignInRequest:
    return SignInRequest(
        username="agus", password=PASSWORD, device_id=device_id, device_name="Laptop"
    )


def test_an_old_password_opens_nothing_once_it_is_changed(office: Office) -> None:
    """Also where it was checked before, for a check takes its time."""
    fresh = CHEAP_HASHER.hash("yang baru sekali")
    accounts = Accounts(
        office.database,
        clock=office.clock,
        randomness=lambda size: b"r" * size,
        hasher=Meanwhile(lambda: office.administration.set_password("agus", fresh)),
    )
    with pytest.raises(SignInFailed):
        accounts.sign_in(_sign_in("d-1"))


def test_a_new_password_ends_a_sign_in_that_is_just_being_made(office: Office) -> None:
    """And a pair of tokens that is just being renewed."""
    device = office.device("agus")
    renewal = RefreshRequest(
        refresh_token=device.refresh_token, device_id=device.id, courier=keys_from(b"x" * 32).public
    )
    for table, enter in (
        ("devices", partial(office.centre.sign_in, _sign_in("d-2"))),
        ("courier_keys", partial(office.centre.refresh, renewal)),
    ):
        with stopped_at(office.database, table) as beside:
            entering = beside(enter)
            beside(office.administration.set_password, "agus", CHEAP_HASHER.hash(PASSWORD))
        with pytest.raises(SyncError):
            office.centre.actor(entering.result().access_token)
        device = office.device("agus")
        renewal = RefreshRequest(
            refresh_token=device.refresh_token, device_id=device.id, courier=renewal.courier
        )


def _codes(works: list[Future[Any]]) -> list[object]:
    """Return what those that failed were refused for."""
    failures = [error for each in works if (error := each.exception()) is not None]
    return [getattr(error, "code", error) for error in failures]


def test_attempts_at_once_are_counted_one_by_one(office: Office) -> None:
    """Guessing in parallel buys no more guesses."""
    with office.database.write() as connection:
        rows = [{"username": "agus", "at": office.clock()}] * (THROTTLE_ATTEMPTS - 1)
        connection.execute(insert(schema.sign_in_attempts), rows)
    wrong = structs.replace(_sign_in("d-3"), password="salah")
    with stopped_at(office.database, "sign_in_attempts") as beside:
        tries = [beside(office.centre.sign_in, wrong) for _ in range(2)]
    assert ["sign-in.wrong", "sign-in.throttled"] == _codes(tries)


def test_a_share_is_not_used_up_twice(office: Office, tmp_path: Path) -> None:
    """Two uploads that begin at once do not both take the last of it."""
    uploads = Uploads(
        office.database,
        BlobFiles(tmp_path / "files"),
        office.centre.holdings,
        clock=office.clock,
        randomness=secrets.token_bytes,
        limits=Limits(daily_bytes=1_000),
    )
    actor = office.actor("agus")
    with stopped_at(office.database, "uploads") as beside:
        begun = [beside(uploads.begin, actor, 800, "") for _ in range(2)]
    assert ["upload.quota"] == _codes(begun)


def test_nobody_is_told_of_a_content_that_is_being_lost(office: Office) -> None:
    """Either the case hears that it came and then that it is lost, or neither."""
    case, agus = office.add_case(), office.officers["agus"]
    with office.database.write() as connection:
        connection.execute(insert(schema.blobs).values(sha256=DIGEST, size=1, stored_at=0))
        holder = {"sha256": DIGEST, "officer_id": agus, "since": 0}
        connection.execute(insert(schema.blob_holders).values(holder))
        name = {"case_id": case.id, "sha256": DIGEST, "officer_id": agus, "announced": False}
        connection.execute(insert(schema.case_blobs).values(name))
    holdings = office.centre.holdings

    def lose() -> None:
        with office.database.write() as connection:
            holdings.lose(connection, DIGEST)

    with stopped_at(office.database, "blob_holders") as beside:
        losing = beside(lose)
        beside(holdings.announce, [DIGEST])
    losing.result()
    with office.database.read() as connection:
        told = connection.execute(select(schema.case_blobs.c.announced)).scalar_one()
    assert told is False


def test_nobody_is_told_of_a_content_that_came_after_the_look(office: Office) -> None:
    """It was not locked, so it may be going again already; whoever brought it tells of it."""
    case, agus = office.add_case(), office.officers["agus"]
    with office.database.write() as connection:
        name = {"case_id": case.id, "sha256": DIGEST, "officer_id": agus, "announced": False}
        connection.execute(insert(schema.case_blobs).values(name))
    with stopped_at(office.database, "case_blobs") as beside:
        announcing = beside(office.centre.holdings.announce, [DIGEST])
        with office.database.write() as connection:
            connection.execute(insert(schema.blobs).values(sha256=DIGEST, size=1, stored_at=0))
            holder = {"sha256": DIGEST, "officer_id": agus, "since": 0}
            connection.execute(insert(schema.blob_holders).values(holder))
    announcing.result()
    with office.database.read() as connection:
        told = connection.execute(select(schema.case_blobs.c.announced)).scalar_one()
    assert told is False


def test_what_is_decided_is_told_and_no_more_to_whom_loses_access_meanwhile(office: Office) -> None:
    """Receipts are due for what became facts; of the cases nothing is told any more."""
    case, agus = office.add_case(), office.actor("agus")
    change = partial(office.administration.change_officer, agus.id, role=agus.role, disabled=True)
    devices = [office.device("agus") for _ in range(2)]
    office.clock.advance(300)  # so that the contact is noted, after all is decided
    for device, table, end_access in (
        (devices[0], "events", partial(office.administration.revoke_device, devices[0].id, 1)),
        (devices[1], "devices", partial(change, unit_id=agus.unit_id)),
    ):
        request = SyncRequest(commands=[device.command(case.id, Note(text="Masih sempat."))])
        with stopped_at(office.database, table) as beside:
            telling = beside(office.centre.sync, device.access_token, request)
            end_access()
        reply = telling.result()
        assert ["accepted"] == [verdict.verdict for verdict in reply.verdicts]
        assert ([], [], None) == (reply.cases, reply.events, reply.scope)


def test_a_stick_brings_receipts_only_to_a_device_that_is_revoked_meanwhile(office: Office) -> None:
    """A full stick takes minutes to be taken in."""
    case, sender = office.add_case(), FieldOffice(office)
    sent = sender.export(sender.device.command(case.id, Note(text="Lewat kurir."), base_v=1))
    with stopped_at(office.database, "courier_files") as beside:
        taking = beside(take_in, office.centre.courier_desk, sent)
        office.administration.revoke_device(sender.device.id, office.clock())
    taken, reply = taking.result()
    assert {"accepted": 1} == taken.verdicts
    assert [] == [each for page in sender.open(reply).all(SyncReply) for each in page.cases]
    assert ["accepted"] == [verdict.verdict for verdict in sender.verdicts(reply)]


def test_two_devices_that_begin_at_once_load_the_same(
    new_postgres_database: Callable[[], str],
) -> None:
    """Each makes the pieces of their audience's first load; what is stored is one list of them."""
    cutting = Cutting(smallest_scope=1, first=2, fewest=2, spread=1, most=2)
    office = new_office(new_postgres_database(), cutting=cutting)
    office.add_cases([{} for _ in range(5)])
    devices = [office.device("agus") for _ in range(2)]
    with stopped_at(office.database, "segments") as beside:
        asking = [beside(office.centre.sync, each.access_token, SyncRequest()) for each in devices]
    told = [reply.snapshot for each in asking if (reply := each.result())]
    assert told[0] is not None
    assert told[0].segments == (told[1] and told[1].segments)
    assert sum(segment.rows for segment in told[0].segments) == 5
    office.database.close()
