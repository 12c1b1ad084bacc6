# SPDX-License-Identifier: AGPL-3.0-or-later
"""The names by which a standard widget asks the application's style sheet for a look."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtWidgets import QWidget

PROPERTY = "look"


class Look(StrEnum):
    """Each has one rule block in `resources/theme/app.qss.in`."""

    # Buttons; without a look a button is secondary.
    PRIMARY = "primary"
    LINK = "link"
    QUIET = "quiet"
    DANGER = "danger"
    # Labels; without a look a label is plain text.
    HEADLINE = "headline"
    TITLE = "title"
    STRONG = "strong"
    MUTED = "muted"
    SMALL = "small"
    SECTION = "section"
    ERROR = "error"
    FIGURE = "figure"
    # Areas (QFrame, or QWidget with WA_StyledBackground).
    PANE = "pane"
    SIDEBAR = "sidebar"
    BACKDROP = "backdrop"
    BAR_TOP = "bar-top"
    BAR_BOTTOM = "bar-bottom"
    # Editors (QPlainTextEdit, QTextEdit).
    EDITOR_PUBLIC = "editor-public"
    EDITOR_INTERNAL = "editor-internal"
    # Lists (QListView) and the search field (QLineEdit).
    QUEUES = "queues"
    ROWS = "rows"
    SEARCH = "search"


def wear(widget: QWidget, look: Look) -> None:
    """Give a widget a look, now and after every change of scheme."""
    if widget.property(PROPERTY) == look.value:
        return
    widget.setProperty(PROPERTY, look.value)
    # Rules that ask for a property are matched when a widget is polished, not when it changes.
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
