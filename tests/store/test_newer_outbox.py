# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a newer program left in the work file: kept as it is, shown as far as can be, sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cases.commands import Unreadable
from sync.cases.events import Unrecognised
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import OutboxItem
from sync.errors import StoreTooNew
from sync.store import meta
from sync.store.local import LocalStore
from sync.store.upgrade import OLDEST_READER, WORK
from sync.wire.messages import Verdict
from tests.support.local_store import NOW, a_reply, act, an_entry, copied, opened, rows_of, sent

DATA = '{ "text":"Surat menyusul.",  "stamp" : {"by":"Kepala Dinas","no":7} }'
"""As a newer program may write it, blanks and all."""

RAW = "SELECT id, kind, data, sv, base_v FROM commands ORDER BY n"
NEWER = [("countersign", 1), ("note", 99), ("note", 1)]
"""A kind that is not known; a schema that is not known; a known one with more in it."""


def _record(store: LocalStore, kind: str, sv: int, id_: str = "baru") -> None:
    with store.files.work.write() as work:
        work.exec_driver_sql(
            "INSERT INTO commands (id, n, case_id, base_v, at, kind, data, sv, delivery,"
            " label_tracking_id, label_title) VALUES (?, 77, 1, 1, ?, ?, ?, ?, 'stored', '9', 'L')",
            (id_, NOW, kind, DATA, sv),
        )
    store.repair.catch_up()


@pytest.mark.parametrize(("kind", "sv"), NEWER)
def test_it_is_kept_byte_for_byte_and_sent_as_it_is(store: LocalStore, kind: str, sv: int) -> None:
    """Sending, losing the answer and asking again do not rewrite a letter of it."""
    _record(store, kind, sv)
    before = rows_of(store.files.work, RAW)
    [record] = store.journal.outgoing(1_000_000, NOW)
    store.journal.unanswered(["baru"])  # type: ignore[list-item]
    assert ["baru"] == sent(store)

    assert (kind, sv) == (record.kind, record.sv)
    assert {"by": "Kepala Dinas", "no": 7} == record.data["stamp"]
    assert before == rows_of(store.files.work, RAW)


@pytest.mark.parametrize(("kind", "sv"), NEWER)
def test_it_is_shown_by_its_words(store: LocalStore, kind: str, sv: int) -> None:
    """In the outbox, in the lists and in the case, next to what is known here."""
    act(store)
    _record(store, kind, sv)
    items: dict[str, OutboxItem] = {item.command.id: item for item in store.outbox.items()}
    view = store.cases.view(CaseId(1))

    assert "Surat menyusul." in repr(items["baru"].command.body)
    assert view is not None
    assert [Delivery.STORED] * 2 == [entry.delivery for entry in view.entries]
    assert [2] == [row.pending for row in store.queue.rows([1])]
    assert (kind == "note" and sv == 1) != isinstance(items["baru"].command.body, Unreadable)


def test_a_decision_on_it_can_only_be_to_keep_a_copy(store: LocalStore) -> None:
    """Sending anew or editing what cannot be read would lose the rest of it."""
    _record(store, "countersign", 1)
    verdict = Verdict(id="baru", verdict="conflict", code="c", choices=["resend", "withdraw"])
    store.journal.absorb(a_reply(verdicts=[verdict]), NOW)
    [item] = store.outbox.decisions()
    store.outbox.withdraw(item.command.id, NOW)

    assert (Choice.WITHDRAW,) == item.choices
    assert ["Surat menyusul."] == [words.text for words in store.drafts.kept()]


def test_a_code_that_is_not_known_brings_its_label(store: LocalStore) -> None:
    """The words that the centre sent with it are kept with the act."""
    act(store)
    verdict = Verdict(id="c-1", verdict="rejected", code="refused.sealed", label="Berkas disegel.")
    store.journal.absorb(a_reply(verdicts=[verdict]), NOW)

    assert ["Berkas disegel."] == [item.why for item in store.outbox.items()]


def test_a_fact_that_is_not_known_is_kept_and_shown(store: LocalStore) -> None:
    """It stays as it came, for the program that will know it; until then its label is shown."""
    data = {"label": "Digabung dengan laporan lain", "into": 9}
    strange = copied(an_entry(v=2), kind="merged", data=data)
    store.journal.absorb(a_reply(events=[strange]), NOW)
    view = store.cases.view(CaseId(1))

    assert view is not None
    assert [Unrecognised(kind="merged", label=data["label"])] == [  # type: ignore[arg-type]
        entry.event.body for entry in view.entries
    ]
    assert [('{"label":"Digabung dengan laporan lain","into":9}',)] == rows_of(
        store.files.cache, "SELECT data FROM events WHERE kind = 'merged'"
    )


def test_a_file_of_a_newer_schema_is_refused_untouched(folder: Path) -> None:
    """The program says that it is too old; neither the file nor its copies change."""
    with opened(folder) as store:
        act(store)
        with store.files.work.write() as work:
            work.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
            meta.put(work, oldest_reader="9999")
    before = {path: path.read_bytes() for path in folder.rglob("*.db") if "cache" not in path.name}
    with pytest.raises(StoreTooNew) as caught, opened(folder):
        pass

    assert "store.too-new" == caught.value.code
    assert before == {path: path.read_bytes() for path in before}
    assert set(before) == {path for path in folder.rglob("*.db") if "cache" not in path.name}


ADDED = (
    "ALTER TABLE commands ADD COLUMN stamp TEXT NOT NULL DEFAULT 'tanpa cap'",
    "CREATE TABLE seals (id TEXT PRIMARY KEY, data BLOB)",
    "INSERT INTO seals VALUES ('s-1', x'00ff')",
    "UPDATE commands SET stamp = 'cap dinas'",
    "UPDATE alembic_version SET version_num = '9999'",
)
"""What the migration of a newer program did, which only adds."""


def _used_by_a_newer_program(folder: Path, oldest_reader: str) -> None:
    with opened(folder) as store:
        act(store)
        _record(store, "countersign", 1)
        with store.files.work.write() as work:
            for statement in ADDED:
                work.exec_driver_sql(statement)
            meta.put(work, oldest_reader=oldest_reader, next_n="78")


def test_a_file_that_a_newer_program_has_added_to_is_gone_on_with(folder: Path) -> None:
    """Everything goes out, new acts are recorded beside, and what is not known stays."""
    _used_by_a_newer_program(folder, WORK.head)
    for _ in range(2):
        with opened(folder) as store:
            act(store, f"c-{len(store.outbox.items()) + 1}")
    with opened(folder) as store:
        assert {"c-1", "baru", "c-3", "c-4"} == set(sent(store))
        store.journal.absorb(a_reply(verdicts=[Verdict(id="c-1", verdict="accepted", v=2)]), NOW)
        stamps = rows_of(store.files.work, "SELECT id, stamp FROM commands ORDER BY id")
        seals = rows_of(store.files.work, "SELECT id, data FROM seals")
        revision = rows_of(store.files.work, "SELECT version_num FROM alembic_version")
    known = {"baru": "cap dinas", "c-1": "cap dinas", "c-3": "tanpa cap", "c-4": "tanpa cap"}
    assert known == dict(stamps)
    assert [("s-1", b"\x00\xff")] == seals
    assert [("9999",)] == revision


def test_a_file_that_a_newer_program_has_changed_is_refused(folder: Path) -> None:
    """It says that only newer programs understand it."""
    _used_by_a_newer_program(folder, "9999")
    with pytest.raises(StoreTooNew), opened(folder):
        pass


def test_a_newer_cache_comes_again(folder: Path) -> None:
    """What the centre can send keeps nobody from the officer's own work."""
    with opened(folder) as store:
        act(store)
        with store.files.cache.write() as cache:
            cache.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
            meta.put(cache, **{OLDEST_READER: "9999"})
    with opened(folder) as store:
        assert "store.too-new" == store.opening.cache_lost
        assert ["c-1"] == [item.command.id for item in store.outbox.items()]
