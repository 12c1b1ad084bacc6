# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deliberate bugs, to show that the simulation finds bugs.

Each is a small patch of real code, of the kind that is written in good faith and passes review. A
test proves that each is caught; nothing else uses them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import delete, event, func, select
from sqlalchemy.exc import IntegrityError

from sync.central import cursor, feed_rows, ledger, memory, schema, settlement
from sync.central import exchange as central_exchange
from sync.central.database import Database as CentralDatabase
from sync.central.feed import Feed
from sync.central.head import Counter, Numbers
from sync.central.news import Newsroom
from sync.central.recent import Newest
from sync.central.settlement import Settlement
from sync.central.veil import Veil
from sync.engine import exchange as engine_exchange
from sync.engine.exchange import Exchange
from sync.services import line_use
from sync.store import deliveries, local, meta, rehearsal, upgrade, word_index
from sync.store.drafts import delete_draft
from sync.store.engine import WORK_TUNING
from sync.store.journal import StoreJournal
from sync.store.outbox import Outbox
from sync.store.repair import Repair

Bug = Callable[[], AbstractContextManager[None]]

BUGS: dict[str, Bug] = {}
"""By name, in words."""


def bug(plant: Callable[[], Iterator[None]]) -> Bug:
    """Put a patch among the bugs."""
    planted = contextmanager(plant)
    BUGS[plant.__name__] = planted
    return planted


@contextmanager
def replaced(owner: object, name: str, new: object) -> Iterator[None]:
    """Let an attribute be another one for a while."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, old)


@bug
def the_verdict_is_remembered_in_another_transaction() -> Iterator[None]:
    """The memory of a command is written after its effect was committed."""
    remember, settle = memory.remember, Settlement.settle
    waiting: list[tuple[Any, ...]] = []

    def later(_connection: Any, *what: Any) -> None:
        waiting.append(what)

    def settle_then_remember(self: Settlement, *what: Any) -> Any:
        waiting.clear()
        verdicts = settle(self, *what)
        with suppress(IntegrityError), _database(self).write() as connection:
            for known in waiting:
                remember(connection, *known)
        return verdicts

    with (
        replaced(settlement, "remember", later),
        replaced(Settlement, "settle", settle_then_remember),
    ):
        yield


@bug
def a_repeated_command_is_judged_anew() -> Iterator[None]:
    """A command that is known and was not accepted is judged by how things stand now."""
    answered, remember = settlement._answered, memory.remember

    def judge_anew(record: Any, known: Any) -> Any:
        answer = answered(record, known)
        stands = answer is None or not answer.duplicate or answer.verdict == "accepted"
        return answer if stands else None

    def remember_anew(connection: Any, decided: Any, *who: Any) -> None:
        ids = [record.id for record, _ in decided]
        connection.execute(delete(schema.commands).where(schema.commands.c.id.in_(ids)))
        remember(connection, decided, *who)

    with (
        replaced(settlement, "_answered", judge_anew),
        replaced(settlement, "remember", remember_anew),
    ):
        yield


@bug
def the_centre_ignores_after() -> Iterator[None]:
    """A command is decided although the one that it waits for was refused."""
    settle = Settlement._settle

    def alone(self: Settlement, connection: Any, records: Any, *who: Any) -> Any:
        free = [msgspec.structs.replace(record, after=None) for record in records]
        return settle(self, connection, free, *who)

    with replaced(Settlement, "_settle", alone):
        yield


@bug
def what_is_judged_is_logged() -> Iterator[None]:
    """The centre notes what it decides about, to find mistakes later; in the words of the act."""
    judge = Settlement._judge

    def noted(self: Settlement, session: Any, record: Any) -> Any:
        logging.getLogger("sync.central").info("judging %s: %s", record.kind, record.data)
        return judge(self, session, record)

    with replaced(Settlement, "_judge", noted):
        yield


@bug
def every_case_is_told_every_time() -> Iterator[None]:
    """The centre adds all it has to each answer, as if the device had missed it."""
    read = Feed.read

    def all_of_it(self: Feed, asked: Any, *what: Any) -> Any:
        return read(self, replace(asked, wanted=range(1, 40)), *what)

    with replaced(Feed, "read", all_of_it):
        yield


@bug
def the_last_change_is_told_again() -> Iterator[None]:
    """A page begins with the change that the cursor stands at, to be on the safe side."""
    changes = feed_rows._changes

    def from_the_cursor(scope: Any, after: int) -> Any:
        return changes(scope, after - 1)

    with replaced(feed_rows, "_changes", from_the_cursor), _nothing_is_kept_in_memory():
        yield


@bug
def a_change_brings_the_whole_history() -> Iterator[None]:
    """A case that changed comes with all its facts, as on a first load."""
    events = feed_rows._events

    def all_of_them(connection: Any, *, whole: Any, news: Any = (), **_more: Any) -> Any:
        return events(connection, whole=[*whole, *news])

    with replaced(feed_rows, "_events", all_of_them), _nothing_is_kept_in_memory():
        yield


@bug
def the_cursor_is_stored_before_the_page() -> Iterator[None]:
    """The cursor is on the disk when the power fails, and the page is not."""
    absorb = StoreJournal.absorb

    def cursor_first(self: StoreJournal, reply: Any, now: Any) -> Any:
        if reply.cursor is not None:
            with self._cache.write() as cache:
                meta.put(cache, cursor=reply.cursor)
        return absorb(self, reply, now)

    with replaced(StoreJournal, "absorb", cursor_first):
        yield


@bug
def what_left_stays_in_the_index() -> Iterator[None]:
    """A case that left is deleted, its words in the search index are not."""

    def nothing(*_what: Any, **_more: Any) -> None:
        pass

    with replaced(word_index, "forget", nothing), replaced(word_index, "rebuild", nothing):
        yield


@bug
def drafts_go_with_their_case() -> Iterator[None]:
    """A case that left takes the officer's unsent words with it."""
    absorb = StoreJournal.absorb

    def tidy(self: StoreJournal, reply: Any, now: Any) -> Any:
        changes = absorb(self, reply, now)
        with self._work.write() as work:
            for gone in reply.left:
                work.exec_driver_sql("DELETE FROM drafts WHERE case_id = ?", (gone.case_id,))
        return changes

    with replaced(StoreJournal, "absorb", tidy):
        yield


@bug
def unknown_counts_as_not_sent() -> Iterator[None]:
    """An act without an answer goes back to the queue as if it had never left."""

    def undone(work: Any, ids: Any = None) -> Any:
        return deliveries.give_back(work, [] if ids is None else ids)

    with replaced(deliveries, "doubt", undone):
        yield


@bug
def unknown_is_sent_under_a_new_id() -> Iterator[None]:
    """An act without an answer is sent again as another one."""
    doubt = deliveries.doubt

    def renamed(work: Any, ids: Any = None) -> Any:
        concerned = doubt(work, ids)
        work.exec_driver_sql(
            "UPDATE commands SET id = id || '-', delivery = 'stored' WHERE delivery = 'unknown'"
        )
        return concerned

    with replaced(deliveries, "doubt", renamed):
        yield


@bug
def the_overlay_ends_with_the_verdict() -> Iterator[None]:
    """An accepted act is not shown any more until its fact arrives."""
    settle = deliveries.settle

    def settled(work: Any, verdicts: Any, now: Any) -> Any:
        concerned = settle(work, verdicts, now)
        deliveries.end_overlay(work, [verdict.id for verdict in verdicts])
        return concerned

    with replaced(deliveries, "settle", settled):
        yield


@bug
def the_clock_of_the_device_is_believed() -> Iterator[None]:
    """When something was done is what the device says, whatever its clock."""

    def believed(at: int, **_bounds: int) -> int:
        return at

    with replaced(settlement, "plausible", believed):
        yield


@bug
def the_feed_is_not_veiled() -> Iterator[None]:
    """Whoever may see a case gets all of it."""
    with (
        replaced(Veil, "case", lambda _self, record: record),
        replaced(Veil, "event", lambda _self, _head, record: record),
    ):
        yield


@bug
def the_outbox_is_emptied_on_401() -> Iterator[None]:
    """A sign-in that has expired takes the queue with it, as other programs do."""
    end = Exchange._after_renewal

    def emptied(self: Exchange, *what: Any) -> Any:
        with self._journal._work.write() as work:  # type: ignore[attr-defined]
            work.exec_driver_sql("DELETE FROM commands WHERE delivery = 'stored'")
        return end(self, *what)

    with replaced(Exchange, "_after_renewal", emptied):
        yield


@bug
def a_page_that_is_full_counts_as_the_last() -> Iterator[None]:
    """The cursor goes to the head of the ledger although there was more to tell."""
    add = feed_rows.add_changes

    def all_told(*what: Any, **how: Any) -> None:
        add(*what, **how)

    with replaced(feed_rows, "add_changes", all_told):
        yield


@bug
def a_case_leaves_without_a_word() -> Iterator[None]:
    """A case that goes to another unit is just not in the first one's feed any more."""
    with replaced(ledger, "_LEAVE", ledger._CLEAR_PLACE):
        yield


@bug
def nobody_looks_for_newer_entries() -> Iterator[None]:
    """An answer passes whatever the citizen has written meanwhile."""
    with replaced(Settlement, "_unseen", lambda *_what: []):
        yield


@bug
def a_draft_goes_before_its_act_is_stored() -> Iterator[None]:
    """The draft is deleted in a transaction of its own, first."""
    record = Outbox.record

    def draft_first(self: Outbox, body: Any, **what: Any) -> Any:
        if (kind := what.get("from_draft")) is not None:
            with self._files.work.write() as work:
                delete_draft(work, what["case_id"], kind)
        return record(self, body, **what)

    with replaced(Outbox, "record", draft_first):
        yield


@bug
def the_work_file_does_not_wait_for_the_disk() -> Iterator[None]:
    """What the officer did is as safe as the cache: until the power fails."""
    careless = {name: getattr(WORK_TUNING, name) for name in WORK_TUNING.__slots__}
    tuning = type(WORK_TUNING)(**careless | {"synchronous": "NORMAL"})
    with replaced(local, "WORK_TUNING", tuning):
        yield


@bug
def a_restored_centre_is_not_noticed() -> Iterator[None]:
    """Cursors of another history are taken for cursors of this one."""

    def any_history(text: str | None, head: Any) -> Any:
        known = None if text is None else cursor.unseal(text, head.secret)
        return None if known is None else replace(known, seq=min(known.seq, head.seq))

    with replaced(central_exchange, "open_cursor", any_history):
        yield


@bug
def one_poisonous_command_fails_the_batch() -> Iterator[None]:
    """What the centre stumbles over takes everything down that was sent with it."""

    def unguarded(self: Settlement, *what: Any) -> Any:
        return self._settle_together(*what)

    with replaced(Settlement, "_settle_group", unguarded):
        yield


@bug
def what_was_being_sent_is_forgotten() -> Iterator[None]:
    """After a crash nobody asks what became of the acts that were being sent."""

    def recover(self: StoreJournal) -> Any:
        return Repair(self._files).catch_up()

    with replaced(StoreJournal, "recover", recover):
        yield


@bug
def a_fact_says_nothing_about_its_act() -> Iterator[None]:
    """An act whose fact is told before its verdict stays unknown beside the history."""

    def none_of(_work: object, _facts: object) -> list[object]:
        return []

    with replaced(deliveries, "become_facts", none_of):
        yield


@bug
def a_poisonous_command_stops_the_first_load() -> Iterator[None]:
    """Words come first, also those that the centre puts off each time."""

    def words_first(self: Exchange, *_what: Any, **_more: Any) -> Any:
        return self._journal.outgoing(self._pace.up.max_bytes, self._clock())

    with replaced(Exchange, "_outgoing", words_first):
        yield


@bug
def a_list_that_is_told_again_counts_as_nothing() -> Iterator[None]:
    """A device that lost its list of pieces takes the same list for a centre that does not move."""
    check = engine_exchange._check_progress

    def strict(request: Any, reply: Any) -> None:
        check(request, msgspec.structs.replace(reply, snapshot=None))

    with replaced(engine_exchange, "_check_progress", strict):
        yield


@bug
def an_act_in_another_schema_is_another_act() -> Iterator[None]:
    """The fingerprint is over the data as it came."""
    with replaced(memory, "oldest_form", lambda _kind, sv, data: (sv, data)):
        yield


@bug
def each_worker_keeps_a_stock_of_numbers() -> Iterator[None]:
    """A worker takes ten numbers at once, so that it need not lock their row each time."""
    take, read = Counter.take, Counter.read

    def from_stock(self: Counter, connection: Any, changes: int, new_cases: int = 0) -> Numbers:
        stock: list[int] = vars(self).setdefault("stock", [])
        if new_cases or len(stock) < changes:
            taken = take(self, connection, changes + 10, new_cases)
            stock[:] = range(taken.first_seq, taken.first_seq + changes + 10)
        else:
            taken = Numbers(first_seq=stock[0], first_case_id=0)
        del stock[:changes]
        return taken

    def newest(self: Counter, connection: Any) -> Any:
        seq = connection.execute(select(func.max(schema.feed.c.seq))).scalar_one()
        return replace(read(self, connection), seq=seq or 0)

    with replaced(Counter, "take", from_stock), replaced(Counter, "read", newest):
        yield


@bug
def a_change_is_announced_when_it_gets_its_number() -> Iterator[None]:
    """Those who listen are told when a number is taken, and not when it is committed."""
    take, since = Counter.take, Newsroom.since
    taken = [0]

    def take_and_tell(self: Counter, *what: Any, **how: Any) -> Numbers:
        numbers = take(self, *what, **how)
        taken[0] = numbers.first_seq
        return numbers

    def early(self: Newsroom, before: Any) -> Any:
        news = since(self, before)
        if taken[0] <= news.head.seq or taken[0] <= before.seq:
            return news
        return replace(news, head=replace(news.head, seq=taken[0]), everybody=True)

    with replaced(Counter, "take", take_and_tell), replaced(Newsroom, "since", early):
        yield


@bug
def an_announcement_is_all_that_is_waited_for() -> Iterator[None]:
    """While a stream is open nobody asks: the centre would say so."""
    with replaced(line_use, "POLL_WHILE_TOLD_S", 86_400.0):
        yield


@bug
def a_migration_is_many_transactions() -> Iterator[None]:
    """Every statement of a migration is committed by itself."""
    migrate = upgrade.migrate

    def commit(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().startswith(("ALTER", "CREATE")):
            raw = connection.connection.dbapi_connection
            raw.execute("COMMIT")
            raw.execute("BEGIN IMMEDIATE")

    def by_statement(database: Any, *what: Any) -> None:
        engine = vars(database)["_writer"]
        event.listen(engine, "after_cursor_execute", commit)
        try:
            migrate(database, *what)
        finally:
            event.remove(engine, "after_cursor_execute", commit)

    with replaced(upgrade, "migrate", by_statement), replaced(rehearsal, "migrate", by_statement):
        yield


def _database(settling: Settlement) -> CentralDatabase:
    database: CentralDatabase = vars(settling)["_database"]
    return database


def _nothing_is_kept_in_memory() -> AbstractContextManager[None]:
    """Let every answer come from the database."""
    return replaced(Newest, "told", lambda *_what: None)
