# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every code that can reach the command line has words."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum

import pytest

from sync import errors
from sync.cases import lifecycle
from sync.cases.case import Classification, Status
from sync.cases.commands import COMMAND_KINDS
from sync.cases.events import EVENT_KINDS
from sync.cases.filters import Queue, Sort
from sync.cases.policy import POLICY, Choice
from sync.cases.projection import Delivery
from sync.cases.rulebook import Clock
from sync.courier import bundle, envelope
from sync.engine.status import LinkState
from sync.errors import SyncErrorKind
from sync.services import casework, cli, cli_verbs, courier, session, wording
from sync.store import outbox, secrets, vault
from sync.transports import address, http

_CODE = re.compile(
    r"[\"`]((?:courier|refused|store|sign-in|withdraw|decision|usage)\.[a-z-]+)[\"`]"
)


def _codes_in(*modules: object) -> set[str]:
    return {
        code
        for module in modules
        for code in _CODE.findall(inspect.getsource(module))  # type: ignore[arg-type]
    }


def test_every_code_of_the_program_is_worded() -> None:
    """Whatever code a module raises or documents has a sentence of its own."""
    modules = (errors, lifecycle, casework, cli, cli_verbs, session, outbox, secrets, vault)
    codes = _codes_in(*modules, address, courier, envelope, bundle)
    assert len(codes) > 25
    names = "file fingerprint case command name names officer need free limit"
    fields = dict.fromkeys(names.split(), "x")
    assert [] == sorted(code for code in codes if wording.sentence(code, **fields) == code)


def test_every_failure_of_an_exchange_is_worded() -> None:
    """Also with the reasons that change the advice."""
    reasons = set(re.findall(r'reason="([a-z]+)"', inspect.getsource(http)))
    reasons |= {"tls", "name", "proxy"}
    codes = [f"sync.{kind.value}" for kind in SyncErrorKind]
    codes += [f"sync.{kind}.{reason}" for kind in ("offline", "malformed") for reason in reasons]
    assert [] == [code for code in codes if wording.sentence(code) == code]


def test_every_conflict_is_worded() -> None:
    """The codes of the policy table."""
    codes = {policy.code for policy in POLICY.values() if policy.code} | {"blocked.after"}
    assert [] == [code for code in codes if wording.sentence(code) == code]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (LinkState, wording.LINKS),
        (Delivery, wording.DELIVERIES),
        (Status, wording.STATUSES),
        (Classification, wording.CLASSIFICATIONS),
        (Queue, wording.QUEUES),
        (Sort, wording.SORTS),
        (Clock, wording.CLOCKS),
        (Choice, wording.CHOICES),
    ],
)
def test_every_term_is_worded(kind: type[StrEnum], table: dict[StrEnum, str]) -> None:
    """No member of an enumeration is shown as a code."""
    assert set(kind) == set(table)


def test_every_kind_of_act_and_entry_is_worded() -> None:
    """All but the registration, which devices never get."""
    assert COMMAND_KINDS.keys() == wording.COMMANDS.keys()
    assert EVENT_KINDS.keys() - {"registered"} == wording.ENTRIES.keys()


def test_an_unknown_reason_means_what_it_does_without() -> None:
    """A newer reason is not shown as a code."""
    assert wording.sentence("sync.offline") == wording.sentence("sync.offline.sunspots")


def test_a_code_that_nobody_worded_is_shown_as_it_is() -> None:
    """So that it can be quoted to support."""
    assert "hal.baru" == wording.sentence("hal.baru")
