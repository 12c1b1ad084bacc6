# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files a case has, and which of their contents the centre has told of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync.cases.case import Attachment, Case
from sync.cases.events import CitizenReplied, Event, EventBody, FilesArrived, FollowedUp


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFiles:
    """The files of one case.

    Attributes:
        named: every file whose content is known by name, oldest first; each content once.
        arrived: the contents that are complete at the centre.
    """

    named: tuple[Attachment, ...]
    arrived: frozenset[str]


def files_of(case: Case, events: Iterable[Event]) -> CaseFiles:
    """Return the files of a case from its head and its facts."""
    named = {file.sha256: file for file in case.attachments if file.sha256}
    arrived: set[str] = set()
    for event in events:
        for file in attachments_of(event.body):
            if file.sha256:
                named.setdefault(file.sha256, file)
        if isinstance(event.body, FilesArrived):
            arrived.update(event.body.digests)
            arrived.difference_update(event.body.lost)
    return CaseFiles(named=tuple(named.values()), arrived=frozenset(arrived))


def attachments_of(body: EventBody) -> tuple[Attachment, ...]:
    """Return the files that came with a fact."""
    match body:
        case FollowedUp():
            return body.evidence
        case CitizenReplied():
            return body.attachments
        case _:
            return ()
