# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every figure means and what it should be; the numbers are those of the study's section 6.

A figure is ours beside a limit measured in the same run. What is judged is their ratio, for a
slow machine moves both; only bytes and round trips are judged as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import product


class Judged(StrEnum):
    """How ours is compared."""

    AT_MOST = "ratio at most"
    AT_LEAST = "ratio at least"
    COUNT = "ours at most"
    SHOWN = "not judged"
    """For understanding the figures above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a figure means and what it should be.

    Attributes:
        raw: the limit it is compared with.
        study: number of the target in the sync study; 0 for none of them.
        goal: what a good implementation reaches.
        gate: beyond it the run fails.
    """

    bench: str
    title: str
    unit: str
    raw: str
    judged: Judged = Judged.AT_MOST
    goal: float | None = None
    gate: float | None = None
    study: int = 0


GOALS: dict[str, Goal] = {
    "first-load.rows": Goal(
        study=1,
        bench="first-load",
        title="first load, encrypted, every row here to work with",
        unit="s",
        raw="same bytes, bare driver, same schema, no words",
        goal=1.3,
        gate=1.6,
    ),
    "first-load.rows-per-s": Goal(
        bench="first-load",
        title="  the same",
        unit="cases/s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "first-load.rows-cpu": Goal(
        bench="first-load",
        title="  processor time of the client alone",
        unit="s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "first-load.usable": Goal(
        bench="first-load",
        title="  until the first page is on the screen's side",
        unit="s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "first-load.seconds": Goal(
        study=1,
        bench="first-load",
        title="first load until every word can be searched",
        unit="s",
        raw="same bytes, bare driver, same schema",
        goal=1.3,
        gate=1.3,
    ),
    "first-load.client-cpu": Goal(
        bench="first-load",
        title="  processor time of the client alone",
        unit="s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "first-load.merged": Goal(
        bench="first-load",
        title="  until the indices are merged as well",
        unit="s",
        raw="as above: merges nothing",
        judged=Judged.SHOWN,
    ),
    "first-load.seconds-index-last": Goal(
        bench="first-load",
        title="  against a limit that indexes at the end only",
        unit="s",
        raw="bare driver, few commits, searchable only at the end",
        judged=Judged.SHOWN,
    ),
    "first-load.memory": Goal(
        study=11,
        bench="first-load",
        title="  peak memory above idle",
        unit="MB",
        raw="as above",
        goal=1.2,
        gate=1.5,
    ),
    "first-load.flat": Goal(
        study=11,
        bench="first-load",
        title="  the same, beside half as many cases (a quarter with --rows)",
        unit="MB",
        raw="our own load of fewer cases",
        goal=1.2,
        gate=1.5,
    ),
    "pull.seconds": Goal(
        study=2,
        bench="pull",
        title="10,000 changes down after an absence, words indexed",
        unit="s",
        raw="whole cases, bare driver, indexed page by page",
        goal=1.3,
        gate=1.8,
    ),
    "pull.facts": Goal(
        bench="pull",
        title="  against a limit that knows what the facts change",
        unit="s",
        raw="the same facts, bare driver, indexed page by page",
        judged=Judged.SHOWN,
    ),
    "pull.changes-per-s": Goal(
        bench="pull",
        title="  the same",
        unit="changes/s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "rebase.seconds": Goal(
        study=16,
        bench="pull",
        title="a page of 1,000 below 1,000 undelivered acts",
        unit="s",
        raw="our own page without any",
        goal=1.2,
        gate=1.5,
    ),
    "leave.few": Goal(
        study=12,
        bench="leave",
        title="20 cases leave, without a legible trace",
        unit="s",
        raw="bare driver: rows, their words one by one, log truncated",
        goal=1.5,
        gate=2.5,
    ),
    "leave.many": Goal(
        study=12,
        bench="leave",
        title="a tenth of all cases leaves, likewise",
        unit="s",
        raw="bare driver: rows, what remains indexed afresh, log truncated",
        goal=1.5,
        gate=2.5,
    ),
    "leave.afresh": Goal(
        bench="leave",
        title="  the file written afresh, at most once an hour",
        unit="s",
        raw="the bare statement",
        judged=Judged.SHOWN,
    ),
    "nothing-new.bytes": Goal(
        bench="exchange",
        title="nothing new: bytes both ways",
        unit="B",
        raw="bare keep-alive POST of the same body",
        judged=Judged.COUNT,
        goal=400,
        gate=400,
    ),
    "nothing-new.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=1,
    ),
    "nothing-new.seconds": Goal(
        study=3,
        bench="exchange",
        title="  on a line of 600 ms and 64 kbit/s",
        unit="s",
        raw="bare keep-alive POST of the same body",
        goal=1.1,
        gate=1.25,
    ),
    "changes-down.seconds": Goal(
        bench="exchange",
        title="50 assigned cases down, same line",
        unit="s",
        raw="the same facts, zstd, least headers",
        goal=1.1,
        gate=1.2,
    ),
    "changes-down.heads": Goal(
        study=4,
        bench="exchange",
        title="  against a limit that sends whole heads as well",
        unit="s",
        raw="the same facts and heads, zstd, least headers",
        goal=1.0,
        gate=1.2,
    ),
    "changes-down.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=1,
    ),
    "changes-down.answers": Goal(
        bench="exchange",
        title="50 answered cases down, same line",
        unit="s",
        raw="the same facts, zstd, least headers",
        goal=1.1,
        gate=1.2,
    ),
    "changes-down.bytes": Goal(
        study=14,
        bench="exchange",
        title="  bytes down a case",
        unit="B",
        raw="heads and facts, zstd 19, trained dictionary",
        goal=1.1,
        gate=1.3,
    ),
    "changes-down.bytes-facts": Goal(
        bench="exchange",
        title="  against a limit that sends no heads either",
        unit="B",
        raw="the facts alone, zstd 19, trained dictionary",
        judged=Judged.SHOWN,
    ),
    "commands-up.seconds": Goal(
        study=5,
        bench="exchange",
        title="50 commands up, same line, until the verdicts",
        unit="s",
        raw="the same commands and verdicts, zstd, least headers",
        goal=1.1,
        gate=1.3,
    ),
    "commands-up.quiet": Goal(
        bench="exchange",
        title="  until their echo is here as well",
        unit="s",
        raw="as above: no echo",
        judged=Judged.SHOWN,
    ),
    "commands-up.requests": Goal(
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=1,
    ),
    "both-ways.seconds": Goal(
        study=6,
        bench="exchange",
        title="50 commands up and 50 answered cases down, same line",
        unit="s",
        raw="commands; verdicts and facts; zstd, least headers",
        goal=1.1,
        gate=1.3,
    ),
    "both-ways.requests": Goal(
        study=7,
        bench="exchange",
        title="  round trips",
        unit="",
        raw="one",
        judged=Judged.COUNT,
        goal=1,
        gate=1,
    ),
    "upload.bytes": Goal(
        study=15,
        bench="upload",
        title="a file of 1 MB over a line that breaks ten times",
        unit="B",
        raw="the file",
        goal=1.1,
        gate=1.65,
    ),
    "upload.requests": Goal(
        bench="upload",
        title="  requests",
        unit="",
        raw="a piece each, and one more",
        judged=Judged.SHOWN,
    ),
    "open-queue.p50": Goal(
        bench="queue",
        title="opening a queue of all cases, p50",
        unit="ms",
        raw="bare driver: ids by the index, one window by key",
        judged=Judged.SHOWN,
    ),
    "open-queue.p95": Goal(
        bench="queue",
        title="  p95",
        unit="ms",
        raw="as above",
        goal=4.0,
        gate=10.0,
    ),
    "queue-page.p50": Goal(
        bench="queue",
        title="a page of 100 of it, with 1,000 undelivered acts, p50",
        unit="ms",
        raw="bare driver: the same rows by key",
        judged=Judged.SHOWN,
    ),
    "queue-page.p95": Goal(
        study=13,
        bench="queue",
        title="  p95",
        unit="ms",
        raw="as above",
        goal=4.0,
        gate=10.0,
    ),
    "cold-start.seconds": Goal(
        bench="start",
        title="cold start until the queue shows rows",
        unit="s",
        raw="a bare PySide6 window with an empty table",
        goal=10.0,
        gate=20.0,
    ),
    "act.p50": Goal(
        bench="act",
        title="recording an action, p50",
        unit="ms",
        raw="one FULL commit of a bare row, SQLCipher",
        judged=Judged.SHOWN,
    ),
    "act.p95": Goal(
        study=8, bench="act", title="  p95", unit="ms", raw="as above", goal=4.0, gate=10.0
    ),
    "centre.commands-per-s": Goal(
        study=9,
        bench="centre",
        title="centre: commands, fifty an exchange, 8 connections, PostgreSQL",
        unit="1/s",
        raw="bare transactions: counter row and two inserts",
        judged=Judged.AT_LEAST,
        goal=0.5,
        gate=0.25,
    ),
    "centre.grouped-commands-per-s": Goal(
        bench="centre",
        title="  against a limit that shares transactions too",
        unit="1/s",
        raw="bare transactions of fifty commands each",
        judged=Judged.SHOWN,
    ),
    "centre.single-commands-per-s": Goal(
        bench="centre",
        title="  one command an exchange",
        unit="1/s",
        raw="as above",
        judged=Judged.SHOWN,
    ),
    "centre.feed-rows-per-s": Goal(
        study=10,
        bench="centre",
        title="centre: cases fed, one process",
        unit="1/s",
        raw="bare select of the same rows, encoded and compressed",
        judged=Judged.AT_LEAST,
        goal=0.5,
        gate=0.2,
    ),
    "capacity.exchanges-per-s": Goal(
        bench="capacity",
        title="one process of the centre: exchanges, p99 below 500 ms",
        unit="1/s",
        raw="bare uvicorn that answers the same bytes",
        judged=Judged.AT_LEAST,
        goal=0.05,
        gate=0.02,
    ),
    "capacity.devices": Goal(
        bench="capacity",
        title="  devices, each with a stream and an exchange in 12 s",
        unit="",
        raw="as above",
        judged=Judged.SHOWN,
    ),
}

COLUMNS = ("seconds", "up", "down", "trips")
"""What is told of each operation: seconds, bytes up and down, round trips."""

OPERATIONS = {
    "nothing-new": ("exchange", "nothing new"),
    "one-answer": ("operations", "one answer, until its receipt"),
    "fifty-sent": ("exchange", "50 answers, until their receipts"),
    "fifty-assigned": ("exchange", "50 cases assigned elsewhere"),
    "fifty-answered": ("exchange", "50 cases answered elsewhere"),
    "fifty-both": ("exchange", "50 of each in one"),
    "check": ("operations", "a check that all is the same"),
    "opened-file": ("operations", "opening a file of 100 KB"),
    "load": ("operations", "1,000 cases of a first load"),
}
"""Operations on the poor line: who measures them, and what they are called."""

GOALS |= {
    f"op.{name}.{column}": Goal(
        bench=bench,
        title=title,
        unit="s" if column == "seconds" else "B" if column in {"up", "down"} else "",
        raw="the same records over the same line, least headers",
        judged=Judged.SHOWN,
    )
    for (name, (bench, title)), column in product(OPERATIONS.items(), COLUMNS)
}
