# SPDX-License-Identifier: AGPL-3.0-or-later
"""The road for bugs: written to a file that can be sent to support, shown, and survived.

One of the two places that see every exception; the other one is the lanes.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Qt, Slot, qVersion

from desktop.bridge.signals import emits

_log = logging.getLogger(__name__)

_KEPT_REPORTS: Final = 20


class CrashRoad(QObject):
    """Catches what nobody caught, in every thread. Lives on the main thread.

    Signals:
        reported: the text of a report; its file is on the disk already, if there is room.
    """

    reported = emits(str)

    _caught = emits(str)

    def __init__(self, folder: Path, version: str, clock: Callable[[], int]) -> None:
        super().__init__()
        self._folder = folder
        self._version = version
        self._clock = clock
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """See every exception from now on."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def uninstall(self) -> None:
        """Leave exceptions to Python again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("Unexpected exception", exc_info=(kind, error, trace))
        report = self._report(kind, error, trace)
        self._write(report)
        self._caught.emit(report)

    def _on_thread_exception(self, found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            self._on_exception(found.exc_type, found.exc_value, found.exc_traceback)

    def _report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> str:
        lines = [
            f"Tanggap {self._version}, Python {platform.python_version()}, Qt {qVersion()}",
            platform.platform(),
            self._moment().isoformat(timespec="seconds"),
            threading.current_thread().name,
            "",
            "".join(traceback.format_exception(kind, error, trace)),
        ]
        return "\n".join(lines)

    def _write(self, report: str) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"crash-{self._moment():%Y%m%d-%H%M%S-%f}.txt"
            (self._folder / name).write_text(report, encoding="utf-8")
            for old in sorted(self._folder.glob("crash-*.txt"))[:-_KEPT_REPORTS]:
                old.unlink()
        except OSError:
            _log.warning("The crash report could not be written", exc_info=True)

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._clock() / 1000, UTC)

    @Slot(object)
    def _on_caught(self, report: str) -> None:
        self.reported.emit(report)
