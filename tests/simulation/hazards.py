# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything that goes wrong in the field: the forty faults of the sync study, section 3.2."""

from __future__ import annotations

from enum import Enum


class Hazard(Enum):
    """A fault; its value is its number in the study. ``docs/proof.md`` says where each is shown."""

    LINE_DROPS = 1
    """The line drops before the request is through."""
    ANSWER_LOST = 2
    """The centre has committed, and its answer is lost."""
    REQUEST_REPEATED = 3
    """A request arrives twice, late, or after a newer one."""
    LONG_LATENCY = 4
    """An answer that takes minutes, or a half-open connection that never answers."""
    PARTITION = 5
    """Requests get through and answers do not, or nothing does, for a while."""
    FOREIGN_ANSWER = 6
    """A portal's page, a cut body, a body in another encoding."""
    TLS_FAILS = 7
    """An expired certificate, a wrong host."""
    POKE_MISLEADS = 8
    """A notification is lost, repeated, or comes before its commit can be seen."""
    KILLED = 9
    """The program ends at any instruction."""
    POWER_FAILS = 10
    """The same, and what was not synchronised to the disk is gone, or half of it."""
    DISK_REFUSES = 11
    """Full, read-only, locked by another program, or broken, at any write."""
    CACHE_LOST = 12
    """The cache is deleted, broken, or replaced by an older copy."""
    WORK_RESTORED = 13
    """The work file is replaced by an older copy, and its counter goes back."""
    PROFILE_CLONED = 14
    """Two computers go on from the same files."""
    SUSPENDED = 15
    """The lid is closed in the middle of a request, for days."""
    CLOCK_JUMPS = 16
    """A computer's clock jumps, by hours or to 1970."""
    KEYRING_LOST = 17
    """The keyring is locked, emptied or replaced."""
    TWO_INSTANCES = 18
    """The program runs twice on the same files."""
    FILE_EDITED = 19
    """A file is edited or deleted while it is being sent."""
    MIGRATION_KILLED = 20
    """The program ends at any statement of a migration."""
    USER_CHANGES = 21
    """Sign-out, another user, or the end of the lease, with a full outbox."""
    CENTRE_CRASHES = 22
    """The centre ends before, in or after a commit, and forgets what it had in memory."""
    COMMITS_OUT_OF_ORDER = 23
    """Transactions commit in another order than they took their numbers."""
    DEADLOCK = 24
    """The database of the centre gives up a transaction that must be tried again."""
    TWO_WORKERS = 25
    """Two workers of the centre get the same command."""
    CENTRE_RESTORED = 26
    """The centre comes back from a backup; newer cursors and verdicts are out there."""
    STORM = 27
    """The centre turns requests away (429, 503), or two versions of it answer in turn."""
    PRUNED = 28
    """The centre does not know a cursor any more."""
    BLOB_LOST = 29
    """The store of contents loses, delays or spoils an object."""
    CENTRE_CLOCK = 30
    """The clock of the centre is set."""
    MOVED_WHILE_ANSWERING = 31
    """A case goes to another unit while an answer to it is typed, queued or under way."""
    OUT_AND_BACK = 32
    """A case goes and comes back between two pages."""
    ACCESS_CHANGES = 33
    """An officer goes to another desk or role; a device is revoked."""
    SAME_CASE = 34
    """Two officers, or two computers of one, act on the same case."""
    PARENT_REFUSED = 35
    """A command is refused that others wait for."""
    REDACTED = 36
    """Something that devices hold may be seen by fewer people from now on."""
    STICK = 37
    """A courier file is lost, copied, cut, read twice, or read where it does not belong."""
    SCOPE_GROWS = 38
    """An officer suddenly sees a great many more cases."""
    POISON = 39
    """A command on which the centre stumbles every time."""
    SCHEMA_RETIRED = 40
    """A command of a form that the centre does not write any more."""
