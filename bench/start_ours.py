# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real program as ``python -m desktop`` runs it; says ``shown`` when a painted list has rows.

``python -m bench.start_ours DATA SECRETS``. Only the keyring of the operating system is replaced,
for a machine that measures has none; and every event is looked at from here, which costs us a
little and the bare window nothing.
"""

from __future__ import annotations

import desktop.__main__  # isort: skip - first, as the program is loaded

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication
from typing_extensions import override

import desktop.app
from bench.file_secrets import FileSecrets
from desktop.viewmodels.case_list import CaseListModel, CaseRole


class Watch(QObject):
    """Looks at what is painted."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and _shows_cases(watched.parent()):
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            QTimer.singleShot(0, _tell)  # after this very painting
        return False


class WatchedProgram(desktop.app.Program):
    """The program, looked at."""

    @override
    def begin(self) -> None:
        self._watch = Watch()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self._watch)
        super().begin()


def _shows_cases(view: QObject | None) -> bool:
    if not isinstance(view, QAbstractItemView):
        return False
    model = view.model()
    return (
        isinstance(model, CaseListModel)
        and model.rowCount() > 0
        and model.data(model.index(0), CaseRole.LINE) is not None
    )


def _tell() -> None:
    print("shown", flush=True)
    QApplication.quit()


def main() -> int:
    """Run the program until it shows rows."""
    data, secrets = sys.argv[1:]
    desktop.app.system_keyring = lambda: FileSecrets(Path(secrets))  # type: ignore[assignment,return-value,attr-defined]
    desktop.app.Program = WatchedProgram  # type: ignore[misc]
    return desktop.app.main(["--data", data])


if __name__ == "__main__":
    sys.exit(main())
