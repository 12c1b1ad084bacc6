# SPDX-License-Identifier: AGPL-3.0-or-later
"""Typed signals deliver the very values that were emitted."""

from __future__ import annotations

from enum import Enum

import pytest
from PySide6.QtCore import QObject

from desktop.bridge.signals import Emits, emits


class Mood(Enum):
    """An enum that no C++ type stands for."""

    CALM = "calm"


class Sender(QObject):
    """One signal of each arity."""

    nothing = emits()
    number = emits(int)
    thing = emits(object)
    maybe: Emits[int | None] = emits(int | None)
    pair = emits(str, Mood)
    triple = emits(str, int, bytes)


@pytest.fixture
def sender() -> Sender:
    """A sender; direct connections need no event loop."""
    return Sender()


def test_number_beyond_32_bits_survives(sender: Sender) -> None:
    """Instants in milliseconds are not cut to a C++ int."""
    got: list[int] = []
    sender.number.connect(got.append)

    sender.number.emit(2**40)

    assert [2**40] == got


def test_none_survives(sender: Sender) -> None:
    """None arrives as None, not as an empty value of some type."""
    got: list[int | None] = []
    sender.maybe.connect(got.append)

    sender.maybe.emit(None)

    assert [None] == got


@pytest.mark.parametrize("value", [{"a": 1}, [1], Mood.CALM, object(), (1, None)])
def test_identity_survives(sender: Sender, value: object) -> None:
    """What arrives is the object itself, not a converted copy."""
    got: list[object] = []
    sender.thing.connect(got.append)

    sender.thing.emit(value)

    assert value is got[0]


def test_several_arguments_arrive_in_order(sender: Sender) -> None:
    """Two and three arguments reach the slot as they were given."""
    pairs: list[tuple[str, Mood]] = []
    triples: list[tuple[str, int, bytes]] = []
    sender.pair.connect(lambda word, mood: pairs.append((word, mood)))
    sender.triple.connect(lambda word, number, raw: triples.append((word, number, raw)))

    sender.pair.emit("a", Mood.CALM)
    sender.triple.emit("b", 2**33, b"\x00")

    assert [("a", Mood.CALM)] == pairs
    assert [("b", 2**33, b"\x00")] == triples


def test_signal_without_arguments_calls_the_slot(sender: Sender) -> None:
    """A bare signal calls a slot that takes nothing."""
    calls: list[bool] = []
    sender.nothing.connect(lambda: calls.append(True))

    sender.nothing.emit()

    assert [True] == calls


def test_disconnected_slot_hears_nothing(sender: Sender) -> None:
    """After disconnect the slot is not called."""
    got: list[int] = []
    sender.number.connect(got.append)
    sender.number.disconnect(got.append)

    sender.number.emit(1)

    assert [] == got
