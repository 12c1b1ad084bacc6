# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may see and do what (domain dossier section 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sync.cases.case import Case
from sync.cases.commands import (
    Assign,
    Close,
    CommandBody,
    FollowUp,
    HandOver,
    Note,
    Reopen,
    Respond,
)
from sync.cases.events import Event
from sync.cases.ids import OfficerId, UnitId


class Role(StrEnum):
    """What an account is for."""

    NATIONAL_ADMIN = "admin_nasional"
    AGENCY_ADMIN = "admin_instansi"
    LIAISON = "pejabat_penghubung"
    SUPERVISOR = "penyelia"
    COORDINATOR = "koordinator"
    UNKNOWN = ""
    """One of a newer program: whoever has it may read what the centre sends, and do nothing new."""

    @classmethod
    def of(cls, name: str) -> Role:
        """Return the role of that name; ``UNKNOWN`` for one of a newer program."""
        return cls(name) if name in cls._value2member_map_ else cls.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An institution or one of its units.

    ``parent_id`` says "is a unit of"; ``coordinated_by`` is another relation: a ministry
    coordinates state enterprises that are agencies in their own right (dossier 1.3).
    """

    id: UnitId
    name: str
    short_name: str = ""
    kind: str = "unit"
    parent_id: UnitId | None = None
    coordinated_by: UnitId | None = None


class UnitTree:
    """All units, of any depth, with both relations."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units: dict[UnitId, Unit] = {unit.id: unit for unit in units}
        self._children: dict[UnitId, list[UnitId]] = defaultdict(list)
        self._coordinated: dict[UnitId, list[UnitId]] = defaultdict(list)
        for unit in self._units.values():
            if unit.parent_id is not None:
                self._children[unit.parent_id].append(unit.id)
            if unit.coordinated_by is not None:
                self._coordinated[unit.coordinated_by].append(unit.id)

    def subtree(self, root: UnitId) -> frozenset[UnitId]:
        """Return a unit and everything that is a unit of it."""
        return self._reach([root], self._children)

    def coordinated(self, root: UnitId) -> frozenset[UnitId]:
        """Return what a unit coordinates, directly or through those, with all their units."""
        own = self.subtree(root)
        reached: set[UnitId] = set()
        frontier = [target for unit in own for target in self._coordinated[unit]]
        while frontier:
            institution = frontier.pop()
            if institution in reached:
                continue
            branch = self.subtree(institution)
            reached |= branch
            frontier += [target for unit in branch for target in self._coordinated[unit]]
        return frozenset(reached) - own

    def path(self, unit_id: UnitId) -> tuple[Unit, ...]:
        """Return the way from the topmost institution down to a unit, coordinators first."""
        steps: list[Unit] = []
        current: UnitId | None = unit_id
        while current is not None and (unit := self._units.get(current)) and unit not in steps:
            steps.append(unit)
            current = unit.parent_id if unit.parent_id is not None else unit.coordinated_by
        return tuple(reversed(steps))

    def get(self, unit_id: UnitId) -> Unit | None:
        """Return a unit, or None where it is not known here."""
        return self._units.get(unit_id)

    @staticmethod
    def _reach(
        roots: Iterable[UnitId], edges: Mapping[UnitId, Iterable[UnitId]]
    ) -> frozenset[UnitId]:
        seen: set[UnitId] = set()
        frontier = list(roots)
        while frontier:
            unit = frontier.pop()
            if unit not in seen:
                seen.add(unit)
                frontier += edges.get(unit, ())
        return frozenset(seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The units whose cases an officer works on, and those that are only watched."""

    handles: frozenset[UnitId] = frozenset()
    watches: frozenset[UnitId] = frozenset()
    everything: bool = False

    def sees(self, unit_id: UnitId) -> bool:
        """Return whether cases of a unit are visible at all."""
        return self.everything or unit_id in self.handles or unit_id in self.watches


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An officer at work: who, in which role, for which unit, over which units."""

    id: OfficerId
    name: str
    role: Role
    unit_id: UnitId
    scope: Scope = field(default_factory=Scope)


def _acts(*kinds: type[CommandBody]) -> frozenset[type[CommandBody]]:
    return frozenset(kinds)


_MAY_DO: dict[Role, frozenset[type[CommandBody]]] = {
    Role.LIAISON: _acts(Respond, FollowUp, Note, Assign, Close, Reopen, HandOver),
    Role.AGENCY_ADMIN: _acts(Respond, FollowUp, Note, Assign, Close, Reopen, HandOver),
    Role.SUPERVISOR: _acts(Note, Assign, Close, Reopen, HandOver),
    Role.COORDINATOR: _acts(Note, HandOver),
    Role.NATIONAL_ADMIN: _acts(Note, Close, Reopen, HandOver),
    Role.UNKNOWN: _acts(),
}

_SEES_ANONYMOUS: frozenset[Role] = frozenset({Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN})
"""Hidden below the agency's own admin unless told otherwise (dossier 1.4)."""


def scope_of(role: Role, unit_id: UnitId, tree: UnitTree) -> Scope:
    """Return the units an officer of this role in this unit works on and watches."""
    match role:
        case Role.NATIONAL_ADMIN:
            return Scope(everything=True)
        case Role.COORDINATOR:
            return Scope(watches=tree.subtree(unit_id) | tree.coordinated(unit_id))
        case Role.LIAISON | Role.AGENCY_ADMIN | Role.SUPERVISOR:
            return Scope(handles=tree.subtree(unit_id))
        case Role.UNKNOWN:
            return Scope()


def may_do(actor: Actor, body: type[CommandBody], unit_id: UnitId) -> bool:
    """Return whether an officer may ever do this to a case of that unit."""
    return body in _MAY_DO[actor.role] and actor.scope.sees(unit_id)


def why_not(actor: Actor) -> str:
    """Return the code of why an officer may not do something that others may."""
    return "refused.role-unknown" if actor.role is Role.UNKNOWN else "refused.role"


def may_see_reporter(actor: Actor, case: Case) -> bool:
    """Return whether the officer may know who complained."""
    works_on_it = actor.scope.everything or case.unit_id in actor.scope.handles
    return works_on_it and (not case.anonymous or actor.role in _SEES_ANONYMOUS)


def may_read(actor: Actor, case: Case) -> bool:
    """Return whether the officer may read the complaint itself; *rahasia* keeps watchers out."""
    return may_read_in(actor, case.unit_id, secret=case.secret)


def may_read_in(actor: Actor, unit_id: UnitId, *, secret: bool) -> bool:
    """Return whether the officer may read such cases of a unit, and the files that are in them."""
    if not actor.scope.sees(unit_id):
        return False
    return not secret or actor.scope.everything or unit_id in actor.scope.handles


def veiled(actor: Actor, case: Case) -> Case:
    """Return the case without what the officer may not see; done at the centre, before sending."""
    if not may_read(actor, case):
        case = replace(
            case,
            title="",
            text="",
            text_original="",
            location="",
            reason="",
            next_step="",
            attachments=(),
        )
    if not may_see_reporter(actor, case):
        case = replace(case, reporter=None)
    return case


def veiled_event(actor: Actor, case: Case, event: Event) -> Event:
    """Return a fact without its words where the officer may not read the case."""
    if may_read(actor, case):
        return event
    veil: dict[str, Any] = {name: "" for name in _WORDS if hasattr(event.body, name)}
    veil |= {name: () for name in _FILES if hasattr(event.body, name)}
    return replace(event, body=replace(event.body, **veil))


_WORDS = ("text", "title", "note", "reason", "next_step", "location")
_FILES = ("attachments", "digests", "evidence", "lost")
