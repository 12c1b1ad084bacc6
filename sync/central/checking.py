# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compares what a device says it holds with what its officer may see (docs/protocol.md, 5.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

from sqlalchemy import Connection

from sync.cases.access import Actor
from sync.central import feed_rows
from sync.central.veil import Veil
from sync.wire import codec, digests
from sync.wire.messages import CaseRecord, DigestAnswer, DigestRecord, EventRecord

R = TypeVar("R")
_MOST_LISTED = 16
"""Buckets in one answer; the device asks again for the others."""


def answer(connection: Connection, actor: Actor, told: DigestRecord) -> DigestAnswer | None:
    """Return how a device differs; None where its records are not ours to compare.

    The device must be at the newest change of the same snapshot.
    """
    if tuple(told.form) != digests.FORM:
        return None
    if told.listed:
        return _listing(connection, actor, told.listed[:_MOST_LISTED])
    sums = digests.version_sums(feed_rows.versions(connection, actor.scope))
    if digests.total(sums) != told.total:
        return DigestAnswer(sums=sums)
    groups = digests.groups(told.first, told.width, len(told.contents))
    buckets = [bucket for group in groups for bucket in group]
    hashes = [(id_, content) for id_, _, content in _hashes(connection, actor, buckets)]
    sums = digests.content_sums(hashes, groups)
    differing = [
        bucket
        for group, one, other in zip(groups, sums, told.contents, strict=False)
        if one != other
        for bucket in group
    ]
    return _listing(connection, actor, differing[:_MOST_LISTED]) if differing else DigestAnswer()


def _listing(connection: Connection, actor: Actor, buckets: Collection[int]) -> DigestAnswer:
    return DigestAnswer(buckets=sorted(buckets), cases=list(_hashes(connection, actor, buckets)))


def _hashes(
    connection: Connection, actor: Actor, buckets: Collection[int]
) -> Iterator[tuple[int, int, int]]:
    """Yield id, version and hash of the cases in some buckets, as the officer may see them."""
    veil = Veil(actor)
    for head, events in feed_rows.in_buckets(connection, actor.scope, buckets):
        record = _read(veil.case(head), CaseRecord)
        facts = [_read(veil.event(head, event), EventRecord) for event in events]
        yield head.id, head.v, digests.content_hash(record, facts)


def _read(record: object, kind: type[R]) -> R:
    """Return a record whose members may be encoded already as the device has it."""
    return codec.decode(codec.encode(record), kind)
