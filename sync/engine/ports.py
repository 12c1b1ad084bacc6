# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the sync engine needs from the world, as interfaces. No SQL, no HTTP, no clock here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from sync.cases.changes import ChangeSet
from sync.cases.ids import CommandId
from sync.wire.messages import CommandRecord, DigestRecord, SyncReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The piece of a first load that is fetched next.

    Attributes:
        sha256: its name and check.
        bytes, held: how large it is, and how much of it is here.
        rows_done, rows_total: cases that are in, and cases of the whole load.
    """

    sha256: str
    bytes: int
    held: int
    rows_done: int
    rows_total: int


class Journal(Protocol):
    """This device's memory of the exchange with the centre.

    Every method is one durable step: when it returns, a crash does not undo it; when it raises
    :class:`sync.errors.StoreError`, nothing has changed. Instants are UTC milliseconds of this
    device's clock.
    """

    def epoch(self) -> str | None:
        """Return the centre's history that the cache belongs to; None before the first one."""

    def cursor(self) -> str | None:
        """Return how far the cache has followed the centre; None means from the beginning."""

    def wanted(self) -> list[int]:
        """Return the cases to ask for again, because facts of theirs are missing here."""

    def next_piece(self) -> Piece | None:
        """Return the piece of a first load to go on with; None when none is under way."""

    def keep_piece(self, piece: Piece, data: bytes) -> ChangeSet:
        """Add to what is here of a piece; once it is whole and sound, take it in and tick it off.

        Raises:
            SyncError: (``MALFORMED``) it is not what its hash says, or cannot be read; what was
                here of it is gone.
        """

    def list_again(self) -> None:
        """Forget which pieces there are, for the centre has others; keep what is in."""

    def digest(self, now: int) -> DigestRecord | None:
        """Return what this device holds, in sums, when it is time to compare; else None."""

    def edition(self) -> int:
        """Return the serial of the edition of the rules that is here, 0 for none."""

    def outgoing(self, max_bytes: int, now: int) -> list[CommandRecord]:
        """Take the commands to send next, most urgent first, and mark them as being sent.

        Those of one case stay in the order in which they were recorded.

        The mark is on the disk before they are returned. A command whose predecessor on the
        same case is neither accepted nor in this list is left out. At least one command is
        returned when any may go, however small ``max_bytes`` (of their JSON) is.

        The caller ends the attempt for each of them by :meth:`absorb`, :meth:`unanswered` or
        :meth:`not_sent`; after a crash :meth:`recover` does.
        """

    def unanswered(self, ids: Collection[CommandId]) -> ChangeSet:
        """Record that these may have reached the centre and no answer came."""

    def not_sent(self, ids: Collection[CommandId]) -> ChangeSet:
        """Record that the centre certainly did not act on these in this attempt."""

    def absorb(self, reply: SyncReply, now: int) -> ChangeSet:
        """Take in a reply: verdicts into the work file, then everything else with its cursor.

        Taking in the same reply again changes nothing. What has no verdict in the reply, or
        ``retry``, is left as it is: another program may be sending it just now.

        Raises:
            SyncError: (``MALFORMED``) the reply contradicts itself; at most its verdicts were
                taken in.
        """

    def forget_cache(self, epoch: str) -> ChangeSet:
        """Empty the cache and belong to this history from now on; no word of the officer goes.

        In another history than before, what was accepted lately counts as unanswered: a restored
        centre may have lost it. It is sent again under its id.
        """

    def recover(self) -> ChangeSet:
        """Make good what a crash left: attempts that never ended, and shown state.

        Called once, before the first attempt after the start of the program.
        """
