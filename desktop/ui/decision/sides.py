# SPDX-License-Identifier: AGPL-3.0-or-later
"""A decision as cards: what the officer saw, what they did then, and what others did since."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.theme.looks import Look, wear
from desktop.theme.tokens import MEASURES, Tone
from desktop.ui.widgets.card import Card
from desktop.viewmodels.decision_words import DecisionText
from desktop.viewmodels.timeline import EntryText
from sync.i18n import gettext as _


class Side(Card):
    """A heading and lines; one of the two cards."""

    def __init__(self, tone: Tone, name: str, parent: QWidget | None = None) -> None:
        super().__init__(tone, parent)
        self.setObjectName(name)
        self._lines: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*[MEASURES.space_l] * 4)
        self._column.setSpacing(MEASURES.space_m)
        self._column.addStretch(1)

    def begin(self, title: str, when: str) -> None:
        """Take away what was there, and begin with a heading."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = []
        self.add(f"{title} · {when}" if when else title, Look.STRONG)

    def add(self, text: str, look: Look | None = None) -> None:
        """Add a line; an empty one is left out."""
        if not text:
            return
        line = QLabel(text, self)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        line.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if look is not None:
            wear(line, look)
        self._column.insertWidget(len(self._lines), line)
        self._lines.append(line)
        self.setAccessibleName(" ".join(each.text() for each in self._lines))

    def add_entry(self, entry: EntryText) -> None:
        """Add the words of an entry, its files and what else belongs to it."""
        self.add(f"“{entry.text}”" if entry.text else "")
        self.add(" · ".join(f"{file.name} ({file.size})" for file in entry.files), Look.SMALL)
        for detail in entry.details:
            self.add(detail, Look.SMALL)


class Sides(QWidget):
    """What was seen on top; below it both sides, side by side and equally wide."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mine = Side(Tone.PENDING, "decision.mine", self)
        self._theirs = Side(Tone.NEUTRAL, "decision.theirs", self)
        self._base = Side(Tone.NEUTRAL, "decision.base", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEASURES.space_m)
        column.addWidget(self._base)
        row = QHBoxLayout()
        column.addLayout(row, 1)
        row.setSpacing(MEASURES.space_l)
        row.addWidget(self._mine, 1)
        row.addWidget(self._theirs, 1)

    def show_decision(self, text: DecisionText) -> None:
        """Show both sides of a decision."""
        self._base.setVisible(bool(text.base))
        self._base.begin(_("What you saw then"), "")
        self._base.add(" · ".join(text.base), Look.MUTED)
        self._mine.begin(_("Your work"), text.mine.when)
        self._mine.add(text.mine_effect)
        self._mine.add_entry(text.mine)
        self._theirs.begin(_("At the centre"), "")
        for entry in text.theirs:
            self._theirs.add(f"{entry.author} · {entry.what} · {entry.when}", Look.MUTED)
            self._theirs.add_entry(entry)
        self._theirs.add(text.theirs_note, Look.MUTED)
