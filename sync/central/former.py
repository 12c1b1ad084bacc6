# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who had a case before: they may still hand over their words, and do nothing else to it.

Either the case left a unit of theirs, or they left the unit after the case had come there. The
feed remembers the first, ``past_posts`` the second.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from sync.cases.access import Actor, Role
from sync.cases.ids import CaseId, OfficerId, UnitId
from sync.central import schema
from sync.central.directory import Roster


def had_before(connection: Connection, roster: Roster, actor: Actor, case_id: CaseId) -> bool:
    """Return whether a case that the officer does not see now was in their sight before."""
    feed, posts = schema.feed.c, schema.past_posts
    places = connection.execute(
        select(feed.unit_id, feed.entered_seq).where(feed.case_id == case_id)
    ).all()
    if any(actor.scope.sees(UnitId(place.unit_id)) for place in places):
        return True
    return any(
        place.entered_seq <= post.until_seq
        and roster.scope(Role(post.role), UnitId(post.unit_id)).sees(UnitId(place.unit_id))
        for post in connection.execute(select(posts).where(posts.c.officer_id == actor.id))
        for place in places
    )


def note_past_post(connection: Connection, officer_id: OfficerId) -> None:
    """Remember what an officer is, just before they become something else."""
    officers, posts = schema.officers.c, schema.past_posts
    now = connection.execute(
        select(officers.role, officers.unit_id).where(officers.id == officer_id)
    ).one_or_none()
    if now is None:
        return
    seq = connection.execute(select(schema.head.c.seq)).scalar_one()
    connection.execute(
        delete(posts).where(
            posts.c.officer_id == officer_id,
            posts.c.role == now.role,
            posts.c.unit_id == now.unit_id,
        )
    )
    connection.execute(
        insert(posts).values(
            officer_id=officer_id, role=now.role, unit_id=now.unit_id, until_seq=seq
        )
    )
