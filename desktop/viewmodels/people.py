# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colleagues to choose from, narrowed by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from sync.cases.ids import OfficerId
from sync.cases.views import Person
from sync.i18n import gettext as _
from sync.services.terms import role_text

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who could take charge, or nobody (`officer_id` is None)."""

    officer_id: OfficerId | None
    name: str
    detail: str = ""


class PeopleModel(QAbstractListModel):
    """The candidates that match."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._candidates: tuple[Candidate, ...] = ()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._candidates)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        candidate = self._candidates[index.row()]
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return " · ".join(part for part in (candidate.name, candidate.detail) if part)

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Become another list."""
        if tuple(candidates) != self._candidates:
            self.beginResetModel()
            self._candidates = tuple(candidates)
            self.endResetModel()

    def candidate_at(self, row: int) -> Candidate | None:
        """Return who stands in a row, or None outside the list."""
        return self._candidates[row] if 0 <= row < len(self._candidates) else None


def candidates(
    people: Sequence[Person], own_id: OfficerId, assignee_id: OfficerId | None
) -> list[Candidate]:
    """Return who could take charge: oneself first, then by name, nobody last."""
    ordered = sorted(people, key=lambda person: (person.id != own_id, person.name.casefold()))
    found = [
        Candidate(
            officer_id=person.id, name=person.name, detail=_detail(person, own_id, assignee_id)
        )
        for person in ordered
    ]
    if assignee_id is not None:
        found.append(Candidate(officer_id=None, name=_("Nobody")))
    return found


def matching(found: Sequence[Candidate], typed: str) -> list[Candidate]:
    """Return those of whose name each typed word begins a part."""
    words = typed.casefold().split()
    return [
        candidate
        for candidate in found
        if all(
            any(part.startswith(word) for part in candidate.name.casefold().split())
            for word in words
        )
    ]


def _detail(person: Person, own_id: OfficerId, assignee_id: OfficerId | None) -> str:
    parts = [role_text(person.role)]
    if person.id == own_id:
        parts.insert(0, _("you"))
    if person.id == assignee_id:
        parts.append(_("in charge now"))
    return " · ".join(parts)
