# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a verb changed, so that every pane can decide for itself whether it is stale."""

from __future__ import annotations

from dataclasses import dataclass

from sync.cases.ids import CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """A summary of one committed change.

    Attributes:
        cases: the cases whose shown state or history changed.
        many: too many to name; treat every case as changed.
        outbox: commands were added, sent, decided or withdrawn.
        drafts: a draft appeared or went.
        words: a search may find more than before.
        files: contents, by SHA-256, that moved or are had now.
        reference: units, colleagues or the officer's own scope changed.
    """

    cases: frozenset[CaseId] = frozenset()
    many: bool = False
    outbox: bool = False
    drafts: bool = False
    reference: bool = False
    words: bool = False
    files: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return self != ChangeSet()

    def __or__(self, other: ChangeSet) -> ChangeSet:
        """Return both changes as one."""
        return ChangeSet(
            cases=self.cases | other.cases,
            many=self.many or other.many,
            outbox=self.outbox or other.outbox,
            drafts=self.drafts or other.drafts,
            reference=self.reference or other.reference,
            words=self.words or other.words,
            files=self.files | other.files,
        )

    def touches(self, case_id: CaseId) -> bool:
        """Return whether a case may look different now."""
        return self.many or case_id in self.cases


EVERYTHING = ChangeSet(many=True, outbox=True, drafts=True, reference=True)
"""Whatever is shown may be stale."""
