# SPDX-License-Identifier: AGPL-3.0-or-later
"""One entry of the history: a dot on the line, who and when, the words, and what can be done."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from desktop.theme.looks import Look, wear
from desktop.theme.palette import colours_of
from desktop.theme.tokens import MEASURES, Colours, Tone
from desktop.ui.cases.file_grid import FileGrid
from desktop.ui.looks_of_marks import chip_face
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.chip import Chip
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.viewmodels.file_lines import FileText
from desktop.viewmodels.marks import Mark, Tag
from desktop.viewmodels.timeline import EntryKind, EntryText, new_tag
from sync.i18n import gettext as _

_GUTTER: Final = 24
_DOT: Final = 12
_DOT_TOP: Final = 3

_CARDS: Final = {EntryKind.PUBLIC: Tone.PUBLIC, EntryKind.INTERNAL: Tone.INTERNAL}
_READERS: Final = {EntryKind.PUBLIC: Mark.PUBLIC, EntryKind.INTERNAL: Mark.INTERNAL}


class EntryWidget(QWidget):
    """Shows one entry; a new state of it is a new widget, unless only its files have moved.

    Signals:
        edit_requested, withdraw_requested, decision_requested: own work, by its command's id.
        open_requested, save_requested, retry_requested: a file, by its SHA-256.
    """

    edit_requested = Signal(str)
    withdraw_requested = Signal(str)
    decision_requested = Signal(str)
    open_requested = Signal(str)
    save_requested = Signal(str)
    retry_requested = Signal(str)

    def __init__(self, entry: EntryText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setObjectName("timeline.entry")
        self.setAccessibleName(entry.spoken)
        tone = Tone.PENDING if entry.delivery is not None else _CARDS.get(entry.kind)
        if entry.is_new:
            tone = tone or Tone.INFO
        self._card = QFrame(self) if tone is None else Card(tone, self)
        self._padding = 0 if tone is None else 10
        self._column = QVBoxLayout(self._card)
        self._column.setContentsMargins(*[self._padding] * 4)
        self._column.setSpacing(MEASURES.space_xs)
        self._files: FileGrid | None = None
        self._fill()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(_GUTTER, 0, 0, MEASURES.space_l)
        outer.addWidget(self._card)

    def takes(self, entry: EntryText) -> bool:
        """Show how the files of this entry stand now; return False where more is different.

        They change many times while they move, and somebody may be on one of their buttons.
        """
        if self._files is None or replace(entry, files=self.entry.files) != self.entry:
            return False
        if not self._files.takes(entry.files):
            return False
        self.entry = entry
        self.setAccessibleName(entry.spoken)
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        middle = self.width() - _DOT / 2 - 1 if rtl else _DOT / 2 + 1
        painter.setPen(QPen(QColor(colours.border), 2))
        painter.drawLine(QPointF(middle, 0), QPointF(middle, self.height()))
        top = _DOT_TOP + self._padding
        self._paint_dot(painter, QRectF(middle - _DOT / 2, top, _DOT, _DOT), colours)
        painter.end()

    def _paint_dot(self, painter: QPainter, box: QRectF, colours: Colours) -> None:
        tints = {
            EntryKind.CITIZEN: colours.info.mark,
            EntryKind.PUBLIC: colours.public.mark,
            EntryKind.WORK: colours.accent,
            EntryKind.INTERNAL: colours.internal.mark,
            EntryKind.SYSTEM: colours.neutral.mark,
        }
        colour = QColor(tints[self.entry.kind])
        filled = self.entry.kind in {EntryKind.PUBLIC, EntryKind.WORK}
        pen = QPen(colour, 2)
        if self.entry.delivery is not None:
            pen = QPen(QColor(colours.pending.mark), 2)
            pen.setDashPattern([1.5, 1.2])
            filled = False
        painter.setPen(pen)
        painter.setBrush(colour if filled else QColor(colours.surface))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))

    def _fill(self) -> None:
        entry = self.entry
        self._column.addWidget(self._head())
        if entry.delivery is not None:
            self._column.addWidget(self._standing(entry.delivery))
        if entry.text:
            self._column.addWidget(_words(entry.text, self._card))
        if entry.original:
            self._add_original(entry.original)
        for detail in entry.details:
            line = _words(detail, self._card)
            wear(line, Look.SMALL)
            self._column.addWidget(line)
        if entry.files:
            self._add_files(entry.files)
        if entry.can_change or entry.needs_decision:
            self._column.addLayout(self._steps())

    def _head(self) -> QWidget:
        """Return who, what and when; chips for which there is no room stand in the next line."""
        entry = self.entry
        host = QWidget(self._card)
        author, rest = _Line(entry.author, host), _Line(f"· {entry.what} · {entry.when}", host)
        flow = FlowLayout(host, MEASURES.space_xs)
        for label, look in ((author, Look.STRONG), (rest, Look.MUTED)):
            wear(label, look)
            flow.addWidget(label)
        if entry.is_new:
            flow.addWidget(Chip(chip_face(new_tag()), host))
        if entry.readers and entry.delivery is None:
            flow.addWidget(self._readers())
        return host

    def _readers(self) -> Chip:
        tag = Tag(text=self.entry.readers, mark=_READERS[self.entry.kind])
        return Chip(chip_face(tag), self._card)

    def _standing(self, delivery: Tag) -> QWidget:
        """Own work says where it stands in a line of its own, for the words are long."""
        host = QWidget(self._card)
        flow = FlowLayout(host, MEASURES.space_s)
        flow.addWidget(Chip(chip_face(delivery), host))
        if self.entry.readers:
            flow.addWidget(self._readers())
        return host

    def _add_original(self, original: str) -> None:
        words = _words(original, self._card)
        words.hide()
        wear(words, Look.MUTED)
        toggle = _link(_("Show the reporter's own words"), "timeline.original", self._card)
        toggle.setCheckable(True)
        toggle.toggled.connect(words.setVisible)
        self._column.addWidget(toggle, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(words)

    def _add_files(self, files: tuple[FileText, ...]) -> None:
        grid = FileGrid(files, self._card)
        grid.open_requested.connect(self.open_requested)
        grid.save_requested.connect(self.save_requested)
        grid.retry_requested.connect(self.retry_requested)
        self._files = grid
        self._column.addWidget(grid)

    def _steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(MEASURES.space_xs)
        if self.entry.can_change:
            edit = _link(_("Edit"), "timeline.edit", self._card)
            edit.clicked.connect(self._on_edit)
            withdraw = _link(_("Withdraw"), "timeline.withdraw", self._card)
            withdraw.clicked.connect(self._on_withdraw)
            row.addWidget(edit)
            row.addWidget(withdraw)
        if self.entry.needs_decision:
            decide = _link(_("Decide…"), "timeline.decide", self._card)
            decide.clicked.connect(self._on_decide)
            row.addWidget(decide)
        row.addStretch(1)
        return row

    @Slot()
    def _on_edit(self) -> None:
        self.edit_requested.emit(self.entry.command_id)

    @Slot()
    def _on_withdraw(self) -> None:
        self.withdraw_requested.emit(self.entry.command_id)

    @Slot()
    def _on_decide(self) -> None:
        self.decision_requested.emit(self.entry.command_id)


class _Line(QLabel):
    """As wide as its words; in several lines only where not even one has room for them."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    @override
    def sizeHint(self) -> QSize:
        # Of words that may wrap Qt would make a block of a pleasing shape.
        words = self.fontMetrics().size(Qt.TextFlag.TextSingleLine, self.text())
        return words + QSize(2, 0)


def _words(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _link(text: str, name: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setObjectName(name)
    button.setAutoDefault(False)
    wear(button, Look.LINK)
    return button
