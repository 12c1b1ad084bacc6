# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long the cases may be read here without a word from the centre, and the lock after that.

A computer that is lost or stolen must not tell citizens' words for ever. After the lease the cache
is withheld: every reader finds an empty one in its place, while the officer's own words, in the
work file, stay open and deliverable. A revoked device loses its cache altogether. The next contact
opens again. Kept in the work file, in the centre's time, and counted against the highest time
ever seen here, so that a clock set back opens nothing.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync.store import meta
from sync.store.files import Files
from sync.store.repair import Repair
from sync.store.upgrade import CACHE, bring_up
from sync.wire.messages import DEFAULT_LEASE_S

_CONTACT_EVERY_MS = 60_000
_SEEN_EVERY_MS = 5 * 60_000
"""How far times must move on before they are written down; each write is one disk sync."""


class Lease:
    """The permission to show cases on this computer."""

    def __init__(self, files: Files) -> None:
        self._files = files

    @property
    def is_over(self) -> bool:
        """Whether the cases are withheld now."""
        return self._files.is_withheld

    def renew(self, centre_now: int, lease_s: int | None) -> None:
        """The centre has answered: it may be read for another while from now on.

        Args:
            lease_s: how long, if the centre said; None for as long as it said before.
        """
        with self._files.work.read() as work:
            recent = 0 <= centre_now - _number(work, "contact_at") < _CONTACT_EVERY_MS
            revoked = meta.get(work, "revoked") is not None
        if recent and lease_s is None and not revoked and not self.is_over:
            return
        changed = {} if lease_s is None else {"lease_s": str(lease_s)}
        now = str(centre_now)
        with self._files.work.write() as work:
            meta.put(work, contact_at=now, seen_at=now, revoked=None, **changed)

    def renew_from(self, written_at: int, lease_s: int | None) -> None:
        """A courier brought the centre's word from some time ago: the lease counts from then.

        So an office that lives by sticks keeps its cases, and an old file opens nothing for longer
        than it did when it was new. What was revoked stays revoked.

        Args:
            written_at: the centre's time in that word.
        """
        with self._files.work.write() as work:
            if meta.get(work, "revoked") is not None or written_at <= _number(work, "contact_at"):
                return
            changed = {} if lease_s is None else {"lease_s": str(lease_s)}
            meta.put(work, contact_at=str(written_at), **changed)

    def enforce(self, centre_now: int) -> bool:
        """Withhold the cases if the lease is over, give them back if it is not.

        Args:
            centre_now: the centre's time, as this computer's clock and its known offset tell it.

        Returns:
            Whether that changed anything.
        """
        over = self._has_ended(centre_now)
        if over == self._files.is_withheld:
            return False
        if over:
            blank = self._files.new_blank()
            bring_up(blank, CACHE)  # before anybody can read it
            self._files.withhold(blank)
        else:
            self._files.release()
            Repair(self._files).catch_up()
        return True

    def revoke(self) -> bool:
        """The centre takes this device's access away: destroy the cases, keep the own words.

        Returns:
            Whether that changed anything; asking again changes nothing more.
        """
        with self._files.kept_cache.read() as cache:
            is_empty = meta.get(cache, "cursor") is None
        with self._files.work.write() as work:
            if is_empty and meta.get(work, "revoked") is not None:
                return False  # nothing has come since; a crash in between leaves a cursor
            meta.put(work, revoked="1")
        self.enforce(0)  # readers go elsewhere before the file goes
        self._files.kept_cache.discard()
        bring_up(self._files.kept_cache, CACHE)
        return True

    def _has_ended(self, centre_now: int) -> bool:
        with self._files.work.read() as work:
            if meta.get(work, "revoked") is not None:
                return True
            contact_at, seen_at = _number(work, "contact_at"), _number(work, "seen_at")
            lease_ms = 1000 * (_number(work, "lease_s") or DEFAULT_LEASE_S)
        if not contact_at:
            return False  # nothing was ever fetched here
        if centre_now - seen_at >= _SEEN_EVERY_MS:
            with self._files.work.write() as work:
                meta.put(work, seen_at=str(centre_now))
        return max(centre_now, seen_at) >= contact_at + lease_ms


def _number(work: sa.Connection, name: str) -> int:
    return int(meta.get(work, name) or "0")
