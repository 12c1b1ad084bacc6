# SPDX-License-Identifier: AGPL-3.0-or-later
"""The least window of this toolkit: a table without rows. Says ``shown`` when it was painted."""

from __future__ import annotations

import sys

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
from typing_extensions import override


class Table(QTableView):
    """A table that tells of its first painting, and ends the program with it."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        print("shown", flush=True)
        QApplication.quit()


def main() -> int:
    """Show the window."""
    application = QApplication(sys.argv)
    window = QMainWindow()
    window.setCentralWidget(Table())
    window.resize(1200, 800)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
