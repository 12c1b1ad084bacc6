# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cases with flagged facts that want a look: what ``sync.cases.flagged`` says, by index."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from sync.cases.commands import KIND_OF_COMMAND
from sync.cases.events import KIND_OF_EVENT
from sync.cases.flagged import LOOKING, LOOKS, wants_a_look
from sync.cases.ids import OfficerId
from sync.store.records import MAX_EVENTS, json_text, json_value

_UNSEEN: Final = """
    SELECT f.case_id, f.actor_id, f.flags FROM events AS f INDEXED BY ix_events_flagged
    WHERE f.flags != '' AND NOT EXISTS (
        SELECT 1 FROM events AS l WHERE l.id > f.id AND l.id < (f.case_id + 1) * ?1
            AND l.kind IN (SELECT value FROM json_each(?2))
            AND l.actor_id IS NOT NULL AND l.actor_id IS NOT f.actor_id
    )
"""

_LOOKED: Final = """
    SELECT DISTINCT case_id FROM commands
    WHERE overlay = 1 AND delivery IN ('stored', 'sending', 'unknown', 'accepted')
        AND kind IN (SELECT value FROM json_each(?))
"""

_KINDS: Final = json_text([KIND_OF_EVENT[kind] for kind in LOOKS])
_COMMANDS: Final = json_text([KIND_OF_COMMAND[kind] for kind in LOOKING])


def looked_at(work: sa.Connection) -> set[int]:
    """Return the cases on which the officer's own looks are not facts yet."""
    return set(work.exec_driver_sql(_LOOKED, (_COMMANDS,)).scalars())


def unseen_cases(cache: sa.Connection, own_looks: set[int], me: OfficerId | None) -> list[int]:
    """Return the cases that want a look; ``own_looks`` come from :func:`looked_at`."""
    rows = cache.exec_driver_sql(_UNSEEN, (MAX_EVENTS, _KINDS))
    return sorted(
        {
            case_id
            for case_id, actor_id, flags in rows
            if wants_a_look(json_value(flags)) and (actor_id == me or case_id not in own_looks)
        }
    )
