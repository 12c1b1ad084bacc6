# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cases with flagged facts that want a look: what ``sync.cases.flagged`` says, by index."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from sync.cases.commands import KIND_OF_COMMAND
from sync.cases.events import KIND_OF_EVENT
from sync.cases.flagged import LOOKING, LOOKS, wants_a_look
from sync.cases.ids import OfficerId
from sync.store.overlay import delivered_ids
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
    SELECT id, case_id FROM commands
    WHERE overlay = 1 AND delivery IN ('stored', 'sending', 'unknown', 'accepted')
        AND kind IN (SELECT value FROM json_each(?))
"""

_KINDS: Final = json_text([KIND_OF_EVENT[kind] for kind in LOOKS])
_COMMANDS: Final = json_text([KIND_OF_COMMAND[kind] for kind in LOOKING])


def looked_at(work: sa.Connection) -> dict[str, int]:
    """Return the officer's own looks that may not be facts yet: command -> case."""
    return {row.id: row.case_id for row in work.exec_driver_sql(_LOOKED, (_COMMANDS,))}


def unseen_cases(
    cache: sa.Connection, own_looks: dict[str, int], me: OfficerId | None
) -> list[int]:
    """Return the cases that want a look.

    Args:
        own_looks: from :func:`looked_at`. One that is a fact here counts where it stands in the
            history: what was flagged after it has not been seen.
    """
    told = delivered_ids(cache, set(own_looks.values()))
    looked = {case_id for command_id, case_id in own_looks.items() if command_id not in told}
    rows = cache.exec_driver_sql(_UNSEEN, (MAX_EVENTS, _KINDS))
    return sorted(
        {
            case_id
            for case_id, actor_id, flags in rows
            if wants_a_look(json_value(flags)) and (actor_id == me or case_id not in looked)
        }
    )
