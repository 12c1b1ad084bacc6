# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signals whose argument types mypy knows. Declares signals; delivers nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from types import UnionType
from typing import Any, Protocol, TypeVar, TypeVarTuple, overload

from PySide6.QtCore import QMetaObject, Qt, Signal

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Ts = TypeVarTuple("Ts")


class Emits(Protocol[*Ts]):
    """What Qt offers for a signal with arguments of these types."""

    def connect(
        self,
        slot: Callable[[*Ts], object],
        type: Qt.ConnectionType = Qt.ConnectionType.AutoConnection,  # noqa: A002 - Qt's name
    ) -> QMetaObject.Connection: ...

    def disconnect(self, slot: Callable[[*Ts], object] | None = None) -> bool: ...

    def emit(self, *args: *Ts) -> None: ...


@overload
def emits() -> Emits[()]: ...
@overload
def emits(first: type[A], /) -> Emits[A]: ...
@overload
def emits(first: UnionType, /) -> Emits[Any]: ...
@overload
def emits(first: type[A], second: type[B], /) -> Emits[A, B]: ...
@overload
def emits(first: type[A], second: type[B], third: type[C], /) -> Emits[A, B, C]: ...
def emits(*types: Any) -> Any:
    """Declare a signal in the body of a QObject class.

    Qt is told `object` for every argument, so it converts nothing: integers beyond 32 bits, None,
    enums and the identity of a value survive the way. A union has to be annotated as well, because
    it is no class: `changed: Emits[Case | None] = emits(Case | None)`.
    """
    return Signal(*(object for _ in types))
