# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the house rules that ruff, mypy and import-linter cannot express.

Each rule is one generator over a parsed file. It knows nothing about the other rules, and yields
findings; `main` prints them like a compiler and fails if there are any.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from PySide6 import QtCore, QtGui, QtWidgets

SPDX_LINE = "# SPDX-License-Identifier: AGPL-3.0-or-later"
SOURCES = ("sync", "desktop", "resources", "tests", "bench", "tools")
MAX_FILE_LINES = 500
MAX_CLASS_LINES = 300
MAX_FUNCTION_LINES = 50

# How many leading arguments of each translation function are texts.
_TRANSLATORS = {"_": 1, "gettext": 1, "mark": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
_ITEM_WIDGETS = {"QListWidget", "QTableWidget", "QTreeWidget"}
_MAY_RUN_EVENT_LOOP = ("desktop/app.py", "desktop/__main__.py", "desktop/demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One parsed file; its path is relative to the root of the project."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    def is_under(self, *places: str) -> bool:
        """Tell whether the path starts with one of the places."""
        return str(self.path).startswith(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One breach of a rule."""

    line: int
    rule: str
    message: str


def spdx(source: Source) -> Iterator[Finding]:
    """Every file begins with its licence."""
    if source.text.partition("\n")[0] != SPDX_LINE:
        yield Finding(line=1, rule="spdx", message=f"first line must be {SPDX_LINE!r}")


def size(source: Source) -> Iterator[Finding]:
    """Files, classes and functions keep within their budgets."""
    lines = source.text.count("\n")
    if lines > MAX_FILE_LINES:
        yield Finding(
            line=1, rule="size", message=f"file of {lines} lines, {MAX_FILE_LINES} allowed"
        )
    for node in ast.walk(source.tree):
        match node:
            case ast.ClassDef():
                kind, allowed = "class", MAX_CLASS_LINES
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                kind, allowed = "function", MAX_FUNCTION_LINES
            case _:
                continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > allowed:
            message = f"{kind} {node.name} of {lines} lines, {allowed} allowed"
            yield Finding(line=node.lineno, rule="size", message=message)


def translation(source: Source) -> Iterator[Finding]:
    """Texts for translation are whole literals: no f-string, no concatenation, no early format."""
    for call in _calls(source.tree):
        texts = _TRANSLATORS.get(_called_name(call), 0)
        if any(_is_assembled(argument) for argument in call.args[:texts]):
            message = "a text for translation must be one literal; fill its fields afterwards"
            yield Finding(line=call.lineno, rule="translation", message=message)


def style_sheet(source: Source) -> Iterator[Finding]:
    """Looks are decided in the theme."""
    if not source.is_under("desktop/") or source.is_under("desktop/theme/"):
        return
    for call in _method_calls(source.tree, "setStyleSheet"):
        yield Finding(line=call.lineno, rule="style-sheet", message="looks belong in desktop.theme")


def event_loop(source: Source) -> Iterator[Finding]:
    """Only the program itself runs an event loop; dialogs are opened, never executed."""
    if not source.is_under("desktop/") or source.is_under(*_MAY_RUN_EVENT_LOOP):
        return
    for call in _method_calls(source.tree, "exec", "exec_", "processEvents"):
        message = "no nested event loop: use open() and finished"
        yield Finding(line=call.lineno, rule="event-loop", message=message)


def item_widget(source: Source) -> Iterator[Finding]:
    """Lists, tables and trees are views of a model."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                if name in _ITEM_WIDGETS:
                    message = f"{name}: use the view class and a model"
                    yield Finding(line=node.lineno, rule="item-widget", message=message)
            case _:
                pass


def shadowing(source: Source) -> Iterator[Finding]:
    """No attribute of a Qt class hides a Qt method."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        taken = _names_taken(node, in_ui=source.is_under("desktop/ui/"))
        for line, name in _assigned_attributes(node):
            if name in taken:
                message = f"{node.name}.{name} hides the Qt method {name}()"
                yield Finding(line=line, rule="shadowing", message=message)


def core_only(source: Source) -> Iterator[Finding]:
    """Threads and view-models need QtCore, and no window to be tested."""
    if not source.is_under("desktop/bridge/", "desktop/viewmodels/"):
        return
    for node in ast.walk(source.tree):
        for module in _imported_modules(node):
            if module.startswith("PySide6") and not module.startswith("PySide6.QtCore"):
                message = f"{module}: this room imports PySide6.QtCore only"
                yield Finding(line=getattr(node, "lineno", 1), rule="core-only", message=message)


def bridge_lambda(source: Source) -> Iterator[Finding]:
    """In the bridge signals cross threads: a closure would run on the emitting side."""
    if not source.is_under("desktop/bridge/"):
        return
    for call in _method_calls(source.tree, "connect"):
        if call.args and _is_closure(call.args[0]):
            message = "connect a bound method of a QObject that lives on the receiving thread"
            yield Finding(line=call.lineno, rule="bridge-lambda", message=message)


def fixed_wait(source: Source) -> Iterator[Finding]:
    """Tests wait for facts."""
    for call in _method_calls(source.tree, "wait"):
        match call.func:
            case ast.Attribute(value=ast.Name(id="qtbot")):
                message = "wait for a signal or a state, not for a time"
                yield Finding(line=call.lineno, rule="fixed-wait", message=message)
            case _:
                pass


RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    spdx,
    size,
    translation,
    style_sheet,
    event_loop,
    item_widget,
    shadowing,
    core_only,
    bridge_lambda,
    fixed_wait,
)


def check(path: PurePosixPath, text: str) -> list[Finding]:
    """Apply every rule to one file; the path is relative to the root of the project."""
    source = Source(path=path, text=text, tree=ast.parse(text, filename=str(path)))
    findings = [finding for rule in RULES for finding in rule(source)]
    return sorted(findings, key=lambda finding: finding.line)


def main() -> int:
    """Check the whole tree; return the exit status."""
    root = Path(__file__).resolve().parent.parent
    failures = 0
    for path in sorted(file for name in SOURCES for file in (root / name).rglob("*.py")):
        relative = PurePosixPath(path.relative_to(root).as_posix())
        for finding in check(relative, path.read_text(encoding="utf-8")):
            print(f"{relative}:{finding.line}: {finding.rule}: {finding.message}")
            failures += 1
    print(f"House rules: {failures} broken" if failures else "House rules: kept")
    return 1 if failures else 0


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _method_calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for call in _calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in names:
            yield call


def _imported_modules(node: ast.AST) -> list[str]:
    match node:
        case ast.ImportFrom(module="PySide6", names=names):
            return [f"PySide6.{alias.name}" for alias in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case _:
            return []


def _called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_assembled(argument: ast.expr) -> bool:
    match argument:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join")):
            return True
        case _:
            return False


def _is_closure(argument: ast.expr) -> bool:
    match argument:
        case ast.Lambda():
            return True
        case ast.Call():
            return _called_name(argument) == "partial"
        case _:
            return False


def _names_taken(node: ast.ClassDef, *, in_ui: bool) -> frozenset[str]:
    bases = [
        base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        for base in node.bases
    ]
    taken = frozenset[str]().union(*(_methods_of(base) for base in bases))
    # A widget that derives from another widget of ours names no Qt class.
    return taken or (_methods_of("QWidget") if in_ui and bases else taken)


@cache
def _methods_of(qt_class: str) -> frozenset[str]:
    for module in (QtCore, QtGui, QtWidgets):
        found = getattr(module, qt_class, None)
        if isinstance(found, type) and issubclass(found, QtCore.QObject):
            return frozenset(
                name for name in dir(found) if name[0] != "_" and callable(getattr(found, name))
            )
    return frozenset()


def _assigned_attributes(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in node.body:
        for target in _targets(statement):
            if isinstance(target, ast.Name):
                yield target.lineno, target.id
    for inner in ast.walk(node):
        for target in _targets(inner):
            match target:
                case ast.Attribute(value=ast.Name(id="self"), attr=name):
                    yield target.lineno, name
                case _:
                    pass


def _targets(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=targets):
            return [
                part
                for target in targets
                for part in (target.elts if isinstance(target, ast.Tuple) else [target])
            ]
        case ast.AnnAssign(target=target):
            return [target]
        case _:
            return []


if __name__ == "__main__":
    sys.exit(main())
