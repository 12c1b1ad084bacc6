# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is true at the centre, read from its tables, and how it came to be so.

Independent of the code that tells devices: heads of earlier versions are computed from facts, and
what an officer may see is decided by rules written here once more.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import msgspec

from sync.cases.access import Actor, Role, Unit, UnitTree, scope_of
from sync.cases.events import evolve
from sync.cases.ids import OfficerId, UnitId
from sync.wire.codec import case_from, case_record, event_from
from sync.wire.messages import AttachmentRecord, CaseRecord, EventRecord, Verdict

_WORDS_OF_CASE = ("title", "text", "text_original", "location", "reason", "next_step")
_WORDS_OF_FACT = ("text", "title", "note", "reason", "next_step", "location")
_FILES_OF_FACT = {"attachments", "evidence", "digests"}
_KNOWS_ANONYMOUS = {Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A row of the centre's memory of commands."""

    id: str
    device: str
    n: int
    officer_id: int
    case_id: int
    verdict: Verdict


@dataclass(slots=True)
class Truth:
    """The centre as it stands, and every version of every case since this history began."""

    epoch: str = ""
    seq: int = 0
    secret: bytes = b""
    cases: dict[int, CaseRecord] = field(default_factory=dict)
    facts: dict[int, dict[int, EventRecord]] = field(default_factory=dict)
    seqs: dict[tuple[int, int], int] = field(default_factory=dict)
    """(case, version) -> when it became so."""
    heads: dict[tuple[int, int], CaseRecord] = field(default_factory=dict)
    settled: dict[str, Settled] = field(default_factory=dict)
    actors: dict[str, Actor | None] = field(default_factory=dict)
    """User name -> who that is, None for a closed account."""
    sights: dict[str, list[Actor]] = field(default_factory=dict)
    """User name -> who that has been, the latest first; a device may not have heard yet."""
    owners: dict[str, str] = field(default_factory=dict)
    """Device -> user name."""
    revoked: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    """Hash of a token -> device."""
    idle_at: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    """Upload that is not done -> the content it announced."""

    def read(self, path: Path) -> None:
        """Catch up with the database.

        Raises:
            AssertionError: a fact was taken back or changed, or a head is not what its facts say.
        """
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = sqlite3.Row
            head = database.execute("SELECT * FROM head").fetchone()
            if head["epoch"] != self.epoch:
                self._begin_again()
            self.epoch, self.seq, self.secret = head["epoch"], head["seq"], head["secret"]
            self._read_cases(database)
            self._read_settled(database)
            self._read_people(database)
            rows = database.execute("SELECT id, sha256 FROM uploads WHERE done_at IS NULL")
            self.uploads = dict(rows.fetchall())

    def told(self, actor: Actor) -> dict[int, tuple[CaseRecord, list[EventRecord]]]:
        """Return what an officer's device should hold when it has heard everything."""
        return {
            id_: self.version(actor, id_, head.v)
            for id_, head in self.cases.items()
            if actor.scope.sees(UnitId(head.unit_id))
        }

    def version(self, actor: Actor, case_id: int, v: int) -> tuple[CaseRecord, list[EventRecord]]:
        """Return a case as an officer sees it at a version; its registration is not sent."""
        head = self.heads[case_id, v]
        facts = [fact for at, fact in sorted(self.facts[case_id].items()) if 1 < at <= v]
        return seen_case(actor, head), [seen_fact(actor, head, fact) for fact in facts]

    def arrived(self, case_id: int, v: int) -> set[str]:
        """Return the contents that a case was told of up to a version."""
        facts = self.facts[case_id].items()
        return {
            digest
            for at, fact in facts
            if at <= v and fact.kind == "files"
            for digest in fact.data["digests"]
        }

    def named(self, case_id: int) -> set[str]:
        """Return the contents that an officer's entries name."""
        files = (file for fact in self.facts[case_id].values() for file in _evidence(fact))
        return {file["sha256"] for file in files}

    def readable(self, actor: Actor) -> set[str]:
        """Return the contents that an officer may fetch: those of cases they may read."""
        return {
            digest
            for id_, head in self.cases.items()
            if may_read(actor, head)
            for digest in self.arrived(id_, head.v)
        }

    def applied(self) -> dict[str, EventRecord]:
        """Return the facts that commands became.

        Raises:
            AssertionError: a command became more than one.
        """
        found: dict[str, EventRecord] = {}
        for facts in self.facts.values():
            for fact in facts.values():
                if fact.command_id is not None:
                    assert fact.command_id not in found, f"{fact.command_id} was done twice"
                    found[fact.command_id] = fact
        return found

    def _begin_again(self) -> None:
        self.cases, self.facts, self.heads, self.seqs, self.settled = {}, {}, {}, {}, {}

    def _read_cases(self, database: sqlite3.Connection) -> None:
        facts: dict[int, dict[int, EventRecord]] = defaultdict(dict)
        for row in database.execute("SELECT * FROM events ORDER BY case_id, v"):
            parsed = {name: msgspec.json.decode(row[name]) for name in ("data", "flags")}
            fact = EventRecord(*_values(row, EventRecord, **parsed))
            facts[fact.case_id][fact.v] = fact
            self.seqs[fact.case_id, fact.v] = row["seq"]
        for case_id, known in self.facts.items():
            assert known.items() <= facts[case_id].items(), f"a fact of case {case_id} changed"
        self.facts = dict(facts)
        for row in database.execute("SELECT * FROM cases"):
            self._read_head(row)

    def _read_head(self, row: sqlite3.Row) -> None:
        files = [AttachmentRecord(*item) for item in msgspec.json.decode(row["attachments"])]
        flags = {name: bool(row[name]) for name in ("anonymous", "secret")}
        head = CaseRecord(*_values(row, CaseRecord, attachments=files, **flags))
        before = self.cases.get(head.id)
        self.cases[head.id] = head
        if before is None or (head.id, before.v) not in self.heads or before.v > head.v:
            self.heads[head.id, head.v] = head
            return
        case = case_from(before)
        for v in range(before.v + 1, head.v + 1):
            case = evolve(case, event_from(self.facts[head.id][v]))
            self.heads[head.id, v] = case_record(case)
        assert head == self.heads[head.id, head.v], f"case {head.id} is not what its facts say"

    def _read_settled(self, database: sqlite3.Connection) -> None:
        settled = {}
        for row in database.execute("SELECT * FROM commands"):
            verdict = msgspec.json.decode(row["verdict"], type=Verdict)
            columns = {name: row[name] for name in ("id", "device", "n", "officer_id", "case_id")}
            settled[row["id"]] = Settled(verdict=verdict, **columns)
        assert self.settled.items() <= settled.items(), "a verdict was forgotten or changed"
        self.settled = settled

    def _read_people(self, database: sqlite3.Connection) -> None:
        units = database.execute("SELECT * FROM units").fetchall()
        names = [column.name for column in fields(Unit)]
        tree = UnitTree(Unit(**{name: row[name] for name in names}) for row in units)
        self.actors = {}
        for row in database.execute("SELECT * FROM officers"):
            role = Role(row["role"])
            self.actors[row["username"]] = None if row["disabled"] else Actor(
                id=OfficerId(row["id"]),
                name=row["name"],
                role=role,
                unit_id=UnitId(row["unit_id"]),
                scope=scope_of(role, UnitId(row["unit_id"]), tree),
            )  # fmt: skip
        for username, actor in self.actors.items():
            known = self.sights.setdefault(username, [])
            if actor is not None and actor not in known[:1]:
                known.insert(0, actor)
        devices = database.execute(
            "SELECT devices.id, username, revoked_at, idle_at FROM devices"
            " JOIN officers ON officers.id = officer_id"
        ).fetchall()
        self.owners = {row["id"]: row["username"] for row in devices}
        self.idle_at = {row["id"]: row["idle_at"] for row in devices}
        self.tokens = dict(database.execute("SELECT hash, device_id FROM tokens").fetchall())
        self.revoked = {row["id"] for row in devices if row["revoked_at"] is not None}


def _evidence(fact: EventRecord) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fact.data.get("evidence", [])
    return found


def _works_on(actor: Actor, head: CaseRecord) -> bool:
    return actor.scope.everything or head.unit_id in actor.scope.handles


def may_read(actor: Actor, head: CaseRecord) -> bool:
    """Return whether an officer may know what a case is about."""
    sees = actor.scope.sees(UnitId(head.unit_id))
    return sees and (not head.secret or _works_on(actor, head))


def seen_case(actor: Actor, head: CaseRecord) -> CaseRecord:
    """Return a head without what an officer may not know."""
    hidden: dict[str, Any] = {}
    if head.secret and not _works_on(actor, head):
        hidden |= dict.fromkeys(_WORDS_OF_CASE, "") | {"attachments": []}
    if not _works_on(actor, head) or (head.anonymous and actor.role not in _KNOWS_ANONYMOUS):
        hidden["reporter"] = None
    return msgspec.structs.replace(head, **hidden)


def seen_fact(actor: Actor, head: CaseRecord, fact: EventRecord) -> EventRecord:
    """Return a fact without what an officer may not know."""
    if not head.secret or _works_on(actor, head):
        return fact
    data = {
        name: ("" if name in _WORDS_OF_FACT else [] if name in _FILES_OF_FACT else value)
        for name, value in fact.data.items()
    }
    return msgspec.structs.replace(fact, data=data)


def _values(row: sqlite3.Row, kind: type[msgspec.Struct], **changed: object) -> list[Any]:
    return [changed.get(name, row[name]) for name in kind.__struct_fields__]
