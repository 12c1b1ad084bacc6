# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an exchange costs on a poor line, in seconds, round trips and bytes (see ``place``).

Nothing new; fifty cases assigned elsewhere, fifty answered elsewhere; fifty answers of our own;
both at once.
Facts come without heads, and the limit by which ours is judged sends the same facts alone. Beside
it stand the limits of the study, which sent whole heads as its peers must; and for bytes the best
compression there is, zstd 19 with a dictionary trained on other cases of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec
import zstandard

from bench.figures import Measured, Pair
from bench.line import Traffic
from bench.meters import Sizes
from bench.place import Bodies, Exchanged, Place, Work, an_answer, costs_of, once, placed, small
from bench.sample import complaints
from sync.cases.commands import Assign
from sync.cases.ids import CaseId, OfficerId
from sync.wire import codec
from sync.wire.messages import CommandRecord, EventRecord, SyncReply, SyncRequest, Verdict

_DICTIONARY_BYTES = 64 * 1024
_TRAINING_CASES = 2_000
_OTHER_SEED = 1


def measure(sizes: Sizes, folder: Path) -> Measured:
    """Measure small exchanges."""
    count = sizes.changes
    with placed(sizes, folder, 16 * count * sizes.runs) as place:
        runs = range(sizes.runs)
        nothing = [once(place, nothing_new()) for _ in runs]
        assigned = [once(place, _assigned_elsewhere(place, count)) for _ in runs]
        answered = [once(place, answered_elsewhere(place, count)) for _ in runs]
        up = [once(place, own_answers(place, count)) for _ in runs]
        both = [once(place, _both_ways(place, count)) for _ in runs]
        compressed = _compressed(place, answered[-1])
    return {
        "nothing-new.bytes": Pair(
            ours=both_ways(nothing[-1].traffic), raw=both_ways(nothing[-1].limits[0][1])
        ),
        "nothing-new.requests": _requests(nothing),
        "nothing-new.seconds": _seconds(nothing),
        "changes-down.seconds": _seconds(assigned),
        "changes-down.heads": _seconds(assigned, limit=1),
        "changes-down.requests": _requests(assigned),
        "changes-down.answers": _seconds(answered),
        "changes-down.bytes": Pair(ours=_bytes_down(answered) / count, raw=compressed[0] / count),
        "changes-down.bytes-facts": Pair(
            ours=_bytes_down(answered) / count, raw=compressed[1] / count
        ),
        "commands-up.seconds": _seconds(up),
        "commands-up.quiet": Pair(
            ours=median(run.quiet_seconds for run in up), raw=_seconds(up).raw
        ),
        "commands-up.requests": _requests(up),
        "both-ways.seconds": _seconds(both),
        "both-ways.requests": _requests(both),
        **costs_of("nothing-new", nothing[-1]),
        **costs_of("fifty-assigned", assigned[-1]),
        **costs_of("fifty-answered", answered[-1]),
        **costs_of("fifty-sent", up[-1]),
        **costs_of("fifty-both", both[-1]),
    }


def nothing_new() -> Work:
    """Ask, and be told that there is nothing; the limit posts the same two bodies."""

    def limits(requests: Sequence[SyncRequest], replies: Sequence[SyncReply]) -> Sequence[Bodies]:
        assert not replies[-1].events
        return [(codec.encode(requests[-1]), codec.encode(replies[-1]))]

    return Work(matters=bool, limits=limits)


def _assigned_elsewhere(place: Place, count: int) -> Work:
    theirs = place.change(count, lambda: Assign(officer_id=OfficerId(1)))
    return _told(place, theirs)


def answered_elsewhere(place: Place, count: int) -> Work:
    """Let the colleague answer cases."""
    return _told(place, place.change(count, an_answer))


def _told(place: Place, theirs: frozenset[CaseId]) -> Work:
    """Be told of cases; the limits send the facts, and the facts with whole heads."""

    def limits(requests: Sequence[SyncRequest], replies: Sequence[SyncReply]) -> Sequence[Bodies]:
        facts = _facts(replies, theirs)
        whole = _whole(place, requests[0].cursor)
        assert len(theirs) == len(whole.cases)
        return [(b"{}", small(facts)), (b"{}", small(whole.cases, whole.events))]

    return Work(matters=lambda reply: bool(reply.events), limits=limits)


def own_answers(place: Place, count: int) -> Work:
    """Send answers and be told the verdicts."""
    place.answer(count)

    def limits(requests: Sequence[SyncRequest], replies: Sequence[SyncReply]) -> Sequence[Bodies]:
        commands, verdicts = _settled(requests, replies)
        assert count == len(verdicts)
        return [(small(commands), small(verdicts))]

    return Work(matters=lambda reply: bool(reply.verdicts), limits=limits)


def _both_ways(place: Place, count: int) -> Work:
    """Send answers, and be told the verdicts and what the colleague answered."""
    place.answer(count)
    theirs = place.change(count, an_answer)

    def matters(reply: SyncReply) -> bool:
        return bool(reply.verdicts) or any(fact.case_id in theirs for fact in reply.events)

    def limits(requests: Sequence[SyncRequest], replies: Sequence[SyncReply]) -> Sequence[Bodies]:
        commands, verdicts = _settled(requests, replies)
        assert count == len(verdicts)
        return [(small(commands), small(verdicts, _facts(replies, theirs)))]

    return Work(matters=matters, limits=limits)


def _facts(replies: Sequence[SyncReply], theirs: frozenset[CaseId]) -> list[EventRecord]:
    facts = [fact for reply in replies for fact in reply.events if fact.case_id in theirs]
    assert theirs == {fact.case_id for fact in facts}
    return facts


def _whole(place: Place, cursor: str | None) -> SyncReply:
    """Return what a device would be told that lets no heads grow."""
    request = SyncRequest(cursor=cursor, max_bytes=1 << 22, plain=True)
    return place.colleague.sync(place.ticket.access_token(), request)


def _settled(
    requests: Sequence[SyncRequest], replies: Sequence[SyncReply]
) -> tuple[list[CommandRecord], list[Verdict]]:
    verdicts = [verdict for reply in replies for verdict in reply.verdicts]
    assert {"accepted"} == {verdict.verdict for verdict in verdicts}
    return [record for request in requests for record in request.commands], verdicts


def _compressed(place: Place, told: Exchanged) -> tuple[int, int]:
    """Return the bytes of what was told by the best compression: heads and facts; facts alone."""
    facts = [fact for reply in told.said for fact in reply.events]
    samples: list[bytes | bytearray | memoryview] = [
        msgspec.json.encode(part)
        for complaint in complaints(_TRAINING_CASES, seed=_OTHER_SEED)
        for part in (complaint.head, *complaint.events[1:])
    ]
    dictionary = zstandard.train_dictionary(_DICTIONARY_BYTES, samples)
    best = zstandard.ZstdCompressor(level=19, dict_data=dictionary)
    heads = _heads(place, {fact.case_id for fact in facts})
    return (
        len(best.compress(msgspec.json.encode((heads, facts)))),
        len(best.compress(msgspec.json.encode(facts))),
    )


def _heads(place: Place, case_ids: set[int]) -> list[object]:
    reply = place.colleague.sync(
        place.ticket.access_token(),
        SyncRequest(
            cursor=place.store.journal.cursor(),
            want=sorted(case_ids),
            max_bytes=1 << 22,
            plain=True,
        ),
    )
    heads: list[object] = [head for head in reply.cases if head.id in case_ids]
    assert len(case_ids) == len(heads)
    return heads


def _seconds(runs: Sequence[Exchanged], limit: int = 0) -> Pair:
    return Pair(
        ours=median(run.seconds for run in runs), raw=median(run.limits[limit][0] for run in runs)
    )


def _requests(runs: Sequence[Exchanged]) -> Pair:
    return Pair(ours=max(run.traffic.requests for run in runs), raw=1)


def _bytes_down(runs: Sequence[Exchanged]) -> float:
    return median(run.traffic.down for run in runs)


def both_ways(traffic: Traffic) -> int:
    """Return the bytes of both directions."""
    return traffic.up + traffic.down
