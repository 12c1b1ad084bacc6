# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every code and every term has words, in one place, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from sync import errors
from sync.cases.case import Classification, Status
from sync.cases.commands import COMMAND_KINDS
from sync.cases.events import EVENT_KINDS
from sync.cases.filters import Queue, Sort
from sync.cases.policy import POLICY, Choice
from sync.cases.projection import Delivery, Standing
from sync.cases.rulebook import Clock
from sync.engine.budget import LineMode
from sync.engine.status import LinkState
from sync.engine.timekeeping import ClockState
from sync.errors import SyncErrorKind, TanggapError
from sync.services import problem_words, sentences, terms
from sync.services.attachments import Whereabouts
from sync.services.sentences import sentence
from tests.support.catalogue import indonesian, speak

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("sync", "desktop")
TABLES: tuple[Collection[str], ...] = (
    problem_words.WORDINGS,
    sentences._USAGE,  # noqa: SLF001 - its table is nobody's interface
    terms._CAUSES,  # noqa: SLF001
)
WORDED = {code for table in TABLES for code in table}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the program, parsed."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def raised() -> dict[str, str]:
    """Return every code that is given to an exception of ours, and the module that does."""
    kinds = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, TanggapError)
    } | {"Misuse"}
    kinds -= {"SyncError", "Cancelled"}
    return {
        str(call.args[0].value): name
        for name, module in modules()
        for call in ast.walk(module)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in kinds
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def decided() -> set[str]:
    """Return every code with which the centre answers an act."""
    return {
        node.value
        for name, module in modules()
        if name.startswith(("sync/central/settlement", "sync/cases/"))
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("refused.", "conflict.", "blocked."))
    }


def test_every_code_that_is_raised_has_words() -> None:
    """Whatever module raises it, on this computer; an officer never reads a code."""
    codes = raised()
    central = {code for code, module in codes.items() if module.startswith("sync/central/")}
    assert len(codes) > 40
    assert [] == sorted(codes.keys() - central - WORDED)


def test_every_verdict_of_the_centre_has_words() -> None:
    """Also those of the policy table."""
    codes = decided() | {policy.code for policy in POLICY.values() if policy.code}
    assert len(codes) > 10
    assert [] == sorted(codes - WORDED)


def test_every_failure_of_an_exchange_has_words() -> None:
    """Whatever its kind."""
    assert set() == {f"sync.{kind.value}" for kind in SyncErrorKind} - WORDED


def test_nothing_is_worded_twice() -> None:
    """One table has a code, and no other module keeps words for it.

    But the centre's own: its administrators read another program.
    """
    assert len(WORDED) == sum(len(table) for table in TABLES)
    tables = {f"sync/services/{name}.py" for name in ("problem_words", "sentences", "terms")}
    codes = set(problem_words.WORDINGS) | set(sentences._USAGE)  # noqa: SLF001
    again = {
        (name, key.value)
        for name, module in modules()
        if name not in tables and not name.startswith("sync/central/")
        for node in ast.walk(module)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value in codes and _is_text(value)
    }
    assert set() == again


def test_every_sentence_differs_by_language() -> None:
    """And none is a code, in either."""
    codes = sorted(problem_words.WORDINGS.keys() | sentences._USAGE.keys())  # noqa: SLF001
    told = []
    for language in ("en", "id"):
        speak(language)
        told.append([sentence(code) for code in codes])
    speak("en")
    assert [] == [
        (code, *texts)
        for code, *texts in zip(codes, *told, strict=True)
        if code in texts or texts[0] == texts[1]
    ]


@pytest.mark.parametrize(
    ("members", "word"),
    [
        (LinkState, terms.link_text),
        (Delivery, lambda delivery: terms.delivery_text(Standing(delivery))),
        (Status, terms.status_text),
        (Classification, terms.full_classification_text),
        (Queue, terms.queue_text),
        (Sort, terms.sort_text),
        (Clock, terms.clock_text),
        (Choice, terms.choice_text),
        (Whereabouts, terms.whereabouts_text),
        (LineMode, terms.mode_text),
        ([state for state in ClockState if state.needs_somebody], terms.clock_words),
    ],
)
def test_every_term_has_words(members: Iterable[StrEnum], word: Callable[[Any], object]) -> None:
    """No member of an enumeration is shown as a code, or not at all."""
    catalogue = indonesian()
    for member in members:
        told = word(member)
        for text in told if isinstance(told, tuple) else (told,):
            assert text
            assert catalogue.gettext(str(text))


def test_every_kind_of_act_and_entry_has_words() -> None:
    """All but the registration, which devices never get."""
    unknown = terms.command_text("hal-baru")
    assert [] == [kind for kind in COMMAND_KINDS if terms.command_text(kind) == unknown]
    known = terms._ENTRIES.keys()  # noqa: SLF001
    assert {"registered"} == {name for name, kind in EVENT_KINDS.items() if kind not in known}


def test_an_unknown_reason_means_what_it_does_without() -> None:
    """A newer reason is not shown as a code."""
    assert sentence("sync.offline") == sentence("sync.offline.sunspots")


def test_a_code_that_nobody_worded_is_shown_as_it_is() -> None:
    """So that it can be quoted to support."""
    assert "hal.baru" == sentence("hal.baru")


def test_what_a_failure_does_not_tell_is_left_open() -> None:
    """A field too few is no failure of its own."""
    assert "?" in sentence("courier.no-room")
    assert "7 bytes" in sentence("courier.no-room", need=7, free=3)


def _is_text(value: ast.expr) -> bool:
    is_marked = isinstance(value, ast.Call) and getattr(value.func, "id", "") in {"mark", "_"}
    return is_marked or (isinstance(value, ast.Constant) and isinstance(value.value, str))
