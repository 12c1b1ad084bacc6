# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write resources/wire/NAME.dictionary: what messages look like, for ``sync.wire.packing``.

``python -m tools.make_dictionary NAME``. Trained on the sample office only, whose people and
words are invented, for a dictionary shows its training text. One that has been released is never
written again: another dictionary is another coding, with another name.
"""

from __future__ import annotations

import random
import sys
import tempfile
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TypeAlias

import zstandard
from argon2 import PasswordHasher

from sync.cases.access import Scope
from sync.central import feed_rows
from sync.central.database import Database
from sync.central.head import found
from sync.central.sample_office import build_sample
from sync.wire import codec
from sync.wire.messages import (
    CaseRecord,
    CommandRecord,
    EventRecord,
    SyncReply,
    SyncRequest,
    Verdict,
)
from sync.wire.rulebook import load_rulebook

_FOLDER = Path(__file__).resolve().parent.parent / "resources/wire"
_SIZE_BYTES = 8 * 1024
_ROUNDS = 1_500
_NOW = 1_795_500_000_000
_KINDS = ("respond", "respond", "follow_up", "note", "close")

Told: TypeAlias = list[tuple[CaseRecord, list[EventRecord]]]


def main() -> int:
    """Write a new dictionary."""
    target = _FOLDER / f"{sys.argv[1]}.dictionary"
    if target.exists():
        print(f"{target} is there, and what is out there never changes", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        told = _sample(Path(folder))
    chance = random.Random(1)  # noqa: S311 - the same dictionary for the same sample
    messages: list[bytes | bytearray | memoryview[int]] = list(_messages(told, chance))
    target.write_bytes(zstandard.train_dictionary(_SIZE_BYTES, messages, level=19).as_bytes())
    return 0


def _sample(folder: Path) -> Told:
    database = Database(f"sqlite:///{folder / 'sample.db'}")
    found(database, bytes)
    build_sample(
        database,
        today=date(2026, 11, 24),
        status_map=load_rulebook().status_map,
        hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
    )
    with database.read() as connection:
        rows = list(feed_rows.walk(connection, Scope(everything=True)))
    database.close()
    return codec.decode(codec.encode(rows), Told)  # what is JSON already becomes records again


def _messages(told: Told, chance: random.Random) -> Iterator[bytes]:
    """Yield small messages in the proportions in which they come."""
    facts = [fact for _, events in told for fact in events]
    words = [str(fact.data["text"]) for fact in facts if "text" in fact.data]
    for _ in range(_ROUNDS):
        count = chance.choice((1, 1, 1, 2, 3))
        place = chance.randbytes(26).hex()[:36]
        commands = [_command(chance.choice(words), chance) for _ in range(count)]
        yield codec.encode(SyncRequest(cursor=place, max_bytes=4_096, commands=commands))
        verdicts = [_verdict(chance) for _ in range(count)]
        yield codec.encode(SyncReply(now=_NOW, verdicts=verdicts))
        yield codec.encode(SyncReply(now=_NOW, cursor=place, events=chance.sample(facts, count)))
        head, events = chance.choice(told)
        yield codec.encode(SyncReply(now=_NOW, cursor=place, cases=[head], events=events[:3]))


def _command(text: str, chance: random.Random) -> CommandRecord:
    return CommandRecord(
        id=_id(chance),
        n=chance.randrange(1, 3_000),
        case_id=chance.randrange(1, 900_000),
        base_v=chance.randrange(1, 8),
        at=_NOW + chance.randrange(10**9),
        kind=chance.choice(_KINDS),
        data={"text": text},
        own=[],
        epoch=chance.randbytes(8).hex(),
    )


def _verdict(chance: random.Random) -> Verdict:
    return Verdict(
        id=_id(chance),
        verdict="accepted",
        receipt=f"2026-{chance.randrange(10**7):07d}",
        v=chance.randrange(2, 9),
        seq=chance.randrange(10**7),
        at=_NOW + chance.randrange(10**9),
    )


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(bytes=chance.randbytes(16), version=4))


if __name__ == "__main__":
    sys.exit(main())
