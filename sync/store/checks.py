# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the cache holds what the centre says it should: sums, and what to fetch again.

Nothing here touches the work file, nor removes anything: a case that differs is asked for again
whole, and one that the centre does not know is asked for as well, to be told that it left.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from sync.store import meta
from sync.store.records import (
    CASE_FIELDS,
    EVENT_FIELDS,
    MAX_EVENTS,
    case_record_of,
    event_record_of,
    json_text,
)
from sync.wire import digests
from sync.wire.messages import DigestAnswer, DigestRecord, EventRecord

INTERVAL_MS = 3_600_000
"""Between two checks of a device that has nothing else to say."""

_ALL_AT_ONCE = 5_000
"""About so many cases are compared whole in one check; of more, a share in turn."""

_SUMS = 16
_MOST_REPEATS = 3
"""After a difference the next quiet look compares again, but not for ever."""

_STATE = "checks"


class State(msgspec.Struct, omit_defaults=True):
    """What is remembered between checks.

    Attributes:
        at: when the last one was through, by this device's clock.
        turn: where the next share of contents begins.
        repeated: checks in a row that found something.
        listed: buckets to ask for, because versions in them differ.
        mended: cases that have been fetched again because of a check, ever.
    """

    at: int = 0
    turn: int = 0
    repeated: int = 0
    listed: list[int] = []
    mended: int = 0


def state(cache: sa.Connection) -> State:
    """Return what is remembered."""
    text = meta.get(cache, _STATE)
    return State() if text is None else msgspec.json.decode(text, type=State)


def question(cache: sa.Connection, now: int) -> DigestRecord | None:
    """Return what to tell the centre, or None when no check is due."""
    known = state(cache)
    if known.listed:
        return DigestRecord(form=digests.FORM, listed=known.listed)
    if 0 <= now - known.at < INTERVAL_MS:
        return None
    versions = [(row[0], row[1]) for row in cache.exec_driver_sql("SELECT id, v FROM cases")]
    width = _width(len(versions))
    first = known.turn // width * width
    groups = digests.groups(first, width, _SUMS)
    hashes = _hashes(cache, [bucket for group in groups for bucket in group])
    return DigestRecord(
        form=digests.FORM,
        total=digests.total(digests.version_sums(versions)),
        first=first,
        width=width,
        contents=digests.content_sums(
            ((case_id, content) for case_id, (_, content) in hashes.items()), groups
        ),
    )


def _width(cases: int) -> int:
    """Return how many buckets are summed together, so that a check reads about as many cases."""
    whole = digests.BUCKETS // _SUMS
    return min(max(whole * _ALL_AT_ONCE // max(cases, 1), 1), whole)


def impossible(cache: sa.Connection, answer: DigestAnswer) -> set[int]:
    """Return the cases that are ahead of the centre here: no fact of it, but of a broken file."""
    ours = dict(tuple(row) for row in cache.exec_driver_sql("SELECT id, v FROM cases"))
    return {case_id for case_id, v, _ in answer.cases if ours.get(case_id, 0) > v}


def take_in(cache: sa.Connection, answer: DigestAnswer, now: int) -> None:
    """Remember what the centre said, and what to fetch again because of it."""
    known = state(cache)
    if answer.sums:
        versions = cache.exec_driver_sql("SELECT id, v FROM cases")
        ours = digests.version_sums((row[0], row[1]) for row in versions)
        known.listed = [
            bucket
            for bucket, (one, other) in enumerate(zip(ours, answer.sums, strict=False))
            if one != other
        ]
    else:
        mended = _want(cache, _differing(cache, answer))
        known.mended += mended
        known.listed = [bucket for bucket in known.listed if bucket not in answer.buckets]
        known.repeated = known.repeated + 1 if mended else 0
    if not known.listed and not 0 < known.repeated <= _MOST_REPEATS:
        (cases,) = cache.exec_driver_sql("SELECT count(*) FROM cases").one()
        known.at, known.turn = now, (known.turn + _SUMS * _width(cases)) % digests.BUCKETS
        known.repeated = 0
    meta.put(cache, **{_STATE: json_text(known)})


def begin(cache: sa.Connection, now: int) -> None:
    """Let the first check come one interval after the first contact."""
    if meta.get(cache, _STATE) is None:
        meta.put(cache, **{_STATE: json_text(State(at=now))})


def _differing(cache: sa.Connection, answer: DigestAnswer) -> set[int]:
    """Return the cases of listed buckets that are here otherwise, or at one end only."""
    theirs = {case_id: (v, content) for case_id, v, content in answer.cases}
    ours = _hashes(cache, answer.buckets)
    return {id_ for id_ in theirs.keys() | ours.keys() if theirs.get(id_) != ours.get(id_)}


def _want(cache: sa.Connection, ids: Collection[int]) -> int:
    cache.exec_driver_sql(
        "INSERT OR IGNORE INTO wanted (case_id) SELECT value FROM json_each(?)",
        (json_text(sorted(ids)),),
    )
    return len(ids)


def _hashes(cache: sa.Connection, buckets: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return version and content of the cases here that are counted in some buckets."""
    marks = (digests.BUCKETS, json_text(list(buckets)))
    heads = cache.exec_driver_sql(
        f"SELECT {', '.join(CASE_FIELDS)} FROM cases"  # noqa: S608 - names of ours
        " WHERE id % ?1 IN (SELECT value FROM json_each(?2)) ORDER BY id",
        marks,
    )
    facts = _facts(cache, marks)
    return {
        head.id: (head.v, digests.content_hash(head, facts.get(head.id, [])))
        for head in map(case_record_of, heads)
    }


def _facts(cache: sa.Connection, marks: tuple[int, str]) -> dict[int, list[EventRecord]]:
    rows = cache.exec_driver_sql(
        f"SELECT {', '.join(EVENT_FIELDS)} FROM events"  # noqa: S608 - names of ours
        f" WHERE id / {MAX_EVENTS} % ?1 IN (SELECT value FROM json_each(?2)) ORDER BY id",
        marks,
    )
    found: dict[int, list[EventRecord]] = {}
    for record in map(event_record_of, rows):
        found.setdefault(record.case_id, []).append(record)
    return found
