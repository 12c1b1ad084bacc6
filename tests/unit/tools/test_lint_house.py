# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house rules catch what they forbid and leave alone what they allow."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tools.lint_house import MAX_CLASS_LINES, MAX_FILE_LINES, MAX_FUNCTION_LINES, SPDX_LINE, check


def _broken_rules(code: str, path: str = "desktop/ui/pane.py") -> list[str]:
    text = f"{SPDX_LINE}\n{code}\n"
    return [finding.rule for finding in check(PurePosixPath(path), text)]


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ("translation", "desktop/ui/pane.py", '_(f"{count} laporan")'),
        ("translation", "desktop/ui/pane.py", '_("satu " + "dua")'),
        ("translation", "desktop/ui/pane.py", '_("%d laporan" % count)'),
        ("translation", "desktop/ui/pane.py", '_("{n} laporan".format(n=1))'),
        ("translation", "desktop/ui/pane.py", 'ngettext("satu", f"{count}", count)'),
        ("translation", "desktop/ui/pane.py", 'i18n.pgettext("status", "a" + "b")'),
        ("style-sheet", "desktop/ui/pane.py", 'label.setStyleSheet("color: red")'),
        ("event-loop", "desktop/ui/pane.py", "dialog.exec()"),
        ("event-loop", "desktop/viewmodels/inbox.py", "QCoreApplication.processEvents()"),
        ("item-widget", "desktop/ui/pane.py", "from PySide6.QtWidgets import QTableWidget"),
        ("item-widget", "desktop/ui/pane.py", "QtWidgets.QListWidget()"),
        (
            "shadowing",
            "desktop/ui/pane.py",
            "class A(QWidget):\n    def f(self):\n        self.font = 1",
        ),
        (
            "shadowing",
            "desktop/ui/pane.py",
            "class A(Pane):\n    def f(self):\n        self.style = 1",
        ),
        ("shadowing", "desktop/ui/pane.py", "class A(QWidget):\n    update = emits()"),
        (
            "shadowing",
            "desktop/viewmodels/inbox.py",
            "class A(QtCore.QObject):\n    def f(self):\n        self.parent, b = 1, 2",
        ),
        ("core-only", "desktop/viewmodels/inbox.py", "from PySide6.QtGui import QColor"),
        ("core-only", "desktop/bridge/lanes.py", "from PySide6 import QtWidgets"),
        ("core-only", "desktop/bridge/lanes.py", "import PySide6.QtWidgets"),
        ("bridge-lambda", "desktop/bridge/lanes.py", "worker.done.connect(lambda: None)"),
        ("bridge-lambda", "desktop/bridge/lanes.py", "worker.done.connect(partial(f, 1))"),
        ("fixed-wait", "tests/gui/test_pane.py", "qtbot.wait(100)"),
    ],
)
def test_breach_is_found(rule: str, path: str, code: str) -> None:
    """A breach is reported once, under the name of its rule."""
    assert [rule] == _broken_rules(code, path)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("desktop/ui/pane.py", '_("{count} laporan").format(count=count)'),
        ("desktop/ui/pane.py", 'ngettext("{n} laporan", "{n} laporan", a + b)'),
        ("desktop/theme/qss.py", "application.setStyleSheet(sheet)"),
        ("desktop/app.py", "application.exec()"),
        ("desktop/demo.py", "application.processEvents()"),
        ("tests/gui/test_pane.py", "application.processEvents()"),
        ("desktop/ui/pane.py", "class A(QWidget):\n    def f(self):\n        self._font = 1"),
        ("desktop/viewmodels/row.py", "class A:\n    def f(self):\n        self.font = 1"),
        ("desktop/ui/pane.py", "class A:\n    style: int = 1"),
        ("desktop/viewmodels/inbox.py", "from PySide6.QtCore import QObject"),
        ("desktop/commands/registry.py", "from PySide6.QtGui import QAction"),
        ("desktop/bridge/lanes.py", "worker.done.connect(self._on_worker_done)"),
        ("desktop/ui/pane.py", "button.clicked.connect(lambda: None)"),
        ("tests/gui/test_pane.py", "qtbot.waitUntil(lambda: pane.is_busy)"),
    ],
)
def test_allowed_code_is_left_alone(path: str, code: str) -> None:
    """What a rule allows is not reported."""
    assert [] == _broken_rules(code, path)


@pytest.mark.parametrize(
    ("head", "limit"), [("class A:", MAX_CLASS_LINES), ("def f():", MAX_FUNCTION_LINES)]
)
def test_block_above_its_budget_is_found(head: str, limit: int) -> None:
    """A class or function may be as long as its budget, and not a line longer."""
    body = "\n    a = 1"
    assert [] == _broken_rules(head + body * (limit - 1))
    assert ["size"] == _broken_rules(head + body * limit)


def test_file_above_its_budget_is_found() -> None:
    """A file may be as long as its budget, and not a line longer."""
    assert [] == _broken_rules("\n".join(["a = 1"] * (MAX_FILE_LINES - 1)))
    assert ["size"] == _broken_rules("\n".join(["a = 1"] * MAX_FILE_LINES))


def test_file_without_licence_line_is_found() -> None:
    """The licence must be the first line, not merely somewhere."""
    path = PurePosixPath("sync/a.py")
    assert ["spdx"] == [finding.rule for finding in check(path, f"\n{SPDX_LINE}\n")]
