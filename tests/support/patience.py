# SPDX-License-Identifier: AGPL-3.0-or-later
"""Waiting for the window as long as it takes: what a busy machine does late is not wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot
from typing_extensions import override

_LONG_MS = 30_000


class PatientBot(QtBot):
    """Waits by itself for long; a test that fails by waiting may take its time."""

    @override
    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _LONG_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    @override
    def waitSignal(self, signal: Any, *, timeout: int = _LONG_MS, **how: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **how)
