# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every widget and look on one sheet, for eyes: `python -m tests.gui.widgets.gallery FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.theme.application import SchemeChoice, apply_theme
from desktop.theme.fonts import ui_font
from desktop.theme.icons import IconName, IconRole, set_icon
from desktop.theme.looks import Look, wear
from desktop.theme.palette import colours_of
from desktop.theme.tokens import Tone
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.banner import Banner
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.chip import Chip
from desktop.ui.widgets.chip_paint import ChipFace, paint_chips
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.light import StatusLight, light_icon
from desktop.ui.widgets.notice import Notice, Step

FACES = (
    ChipFace(text="Lewat 1 hari kerja", tone=Tone.DANGER, icon=IconName.OVERDUE),
    ChipFace(text="Sisa 2 hari kerja", tone=Tone.WARN, icon=IconName.DUE_SOON),
    ChipFace(text="Sisa 9 hari kerja", tone=Tone.OK, icon=IconName.ON_TRACK),
    ChipFace(text="belum terkirim", tone=Tone.PENDING, icon=IconName.PENDING),
    ChipFace(text="mengirim", tone=Tone.INFO, icon=IconName.SENDING),
    ChipFace(text="Dibaca pelapor", tone=Tone.PUBLIC, icon=IconName.PUBLIC),
    ChipFace(text="Internal", tone=Tone.INTERNAL, icon=IconName.INTERNAL),
    ChipFace(text="Pengaduan"),
)


class RowDelegate(QStyledItemDelegate):
    """A list row as the case list will draw it."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(300, 71)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        title = option.text
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        colours = colours_of(option.palette)
        inner: QRect = option.rect.adjusted(14, 8, -12, -8)
        painter.setFont(ui_font(12))
        painter.setPen(QColor(colours.text_muted))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, "#4021902 · Loket")
        top_right = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        painter.drawText(inner, top_right, "kemarin")
        painter.setFont(ui_font(13, QFont.Weight.DemiBold))
        painter.setPen(QColor(colours.text))
        painter.drawText(inner.adjusted(0, 17, 0, 0), Qt.AlignmentFlag.AlignTop, title)
        chips = QRect(inner.left(), inner.bottom() - 18, inner.width(), 18)
        paint_chips(painter, chips, (FACES[index.row()], FACES[7], FACES[3]), option.palette)


def build_gallery() -> QWidget:
    """Return the sheet, not yet shown."""
    sheet = QWidget()
    sheet.resize(1366, 768)
    columns = QHBoxLayout(sheet)
    columns.setContentsMargins(0, 0, 0, 0)
    columns.setSpacing(0)
    columns.addWidget(_queues(sheet))
    columns.addWidget(_rows(sheet))
    columns.addWidget(_case(sheet), 1)
    columns.addWidget(_form(sheet))
    return sheet


def _area(look: Look, parent: QWidget, width: int = 0) -> tuple[QFrame, QVBoxLayout]:
    area = QFrame(parent)
    wear(area, look)
    if width:
        area.setFixedWidth(width)
    column = QVBoxLayout(area)
    return area, column


def _label(text: str, look: Look, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    wear(label, look)
    return label


def _button(text: str, parent: QWidget, look: Look | None = None) -> QPushButton:
    button = QPushButton(text, parent)
    if look is not None:
        wear(button, look)
    return button


def _queues(parent: QWidget) -> QWidget:
    area, column = _area(Look.SIDEBAR, parent, 214)
    column.addWidget(_label("ANTREAN", Look.SECTION, area))
    queues = QListView(area)
    queues.setModel(
        QStringListModel(["Belum ditindaklanjuti", "Jatuh tempo ≤ 2 hari", "Terlambat"], queues)
    )
    wear(queues, Look.QUEUES)
    queues.setCurrentIndex(queues.model().index(0, 0))
    column.addWidget(queues)
    for text, tone in (
        ("Semua terkirim", Tone.OK),
        ("Luring · 3 menunggu kirim", Tone.WARN),
        ("1 perlu keputusan", Tone.DANGER),
        ("Menyinkronkan", Tone.INFO),
        ("Belum pernah", Tone.NEUTRAL),
        ("Tersimpan di sini", Tone.PENDING),
    ):
        light = StatusLight(area)
        light.show_status(text, tone)
        column.addWidget(light)
    badges = QHBoxLayout()
    for count, tone in (("3", Tone.WARN), ("1", Tone.DANGER), ("1.840", Tone.NEUTRAL)):
        badge = Badge(area)
        badge.show_count(count, spoken=f"{count} laporan", tone=tone)
        badges.addWidget(badge)
    badges.addStretch(1)
    column.addLayout(badges)
    return area


def _rows(parent: QWidget) -> QWidget:
    rows = QListView(parent)
    rows.setFixedWidth(404)
    titles = [
        "Eskalator Stasiun Manggarai mati sejak Senin",
        "Kartu Multi Trip terpotong dua kali di Stasiun Bogor",
        "Pengembalian dana tiket yang dibatalkan",
        "Usul gerbong khusus perempuan",
        "AC gerbong 4 KA 1234 tidak dingin",
        "Parkir sepeda motor Stasiun Depok Baru",
        "Laporan uji",
    ]
    rows.setModel(QStringListModel(titles, rows))
    rows.setItemDelegate(RowDelegate(rows))
    rows.setUniformItemSizes(True)
    wear(rows, Look.ROWS)
    rows.setAccessibleName("Daftar laporan")
    rows.setCurrentIndex(rows.model().index(1, 0))
    return rows


def _case(parent: QWidget) -> QWidget:
    area, column = _area(Look.PANE, parent)
    title = ElidedLabel("Kartu Multi Trip terpotong dua kali di Stasiun Bogor, mohon dicek", area)
    wear(title, Look.TITLE)
    column.addWidget(title)
    column.addWidget(_label("#4021902 · diterima 23 Nov 2026 09.14", Look.SMALL, area))
    chips = QGridLayout()
    for number, face in enumerate(FACES):
        chips.addWidget(Chip(face, area), number // 4, number % 4)
    column.addLayout(chips)
    _add_notices(column, area)
    column.addStretch(1)
    _add_composer(column, area)
    return area


def _add_notices(column: QVBoxLayout, area: QWidget) -> None:
    banner = Banner(copy_label="Salin untuk dukungan", parent=area)
    banner.show_notice(
        Notice(
            title="Tanggapan untuk #4020988 ditolak pusat",
            detail="Laporan sudah ditutup oleh Penyelia pada 23 Nov 18.05. Teks Anda tetap ada.",
            tone=Tone.DANGER,
            steps=(
                Step(code="edit", label="Ubah dulu"),
                Step(code="send", label="Kirim sebagai tindak lanjut"),
            ),
        )
    )
    column.addWidget(banner)
    offline = Banner(copy_label="Salin", parent=area)
    offline.show_notice(Notice(title="Pusat belum terjangkau", detail="Dicoba lagi 08.20."))
    column.addWidget(offline)
    for tone, words in (
        (Tone.PENDING, "Anda · tanggapan · menunggu kirim (luring)"),
        (Tone.INTERNAL, "Budi S. · catatan internal"),
        (Tone.PUBLIC, "Admin KAI · tanggapan"),
    ):
        card = Card(tone, area)
        inside = QVBoxLayout(card)
        inside.addWidget(_label(words, Look.STRONG, card))
        inside.addWidget(QLabel("Saldo dikembalikan paling lambat 25 Nov.", card))
        column.addWidget(card)


def _add_composer(column: QVBoxLayout, area: QWidget) -> None:
    tabs = QTabBar(area)
    tabs.setExpanding(False)
    for text in ("Tanggapan", "Tindak lanjut", "Disposisi", "Catatan internal"):
        tabs.addTab(text)
    column.addWidget(tabs)
    for look, hint in (
        (Look.EDITOR_PUBLIC, "Tulis tanggapan untuk pelapor…"),
        (Look.EDITOR_INTERNAL, "Catatan ini hanya dilihat rekan kerja…"),
    ):
        editor = QPlainTextEdit(area)
        editor.setPlaceholderText(hint)
        editor.setFixedHeight(52)
        wear(editor, look)
        column.addWidget(editor)
    buttons = QHBoxLayout()
    attach = _button("Lampiran", area)
    set_icon(attach, IconName.ATTACHMENT)
    buttons.addWidget(attach)
    buttons.addWidget(_button("Batalkan", area, Look.LINK))
    buttons.addStretch(1)
    buttons.addWidget(_button("Ajukan persetujuan", area))
    send = _button("Kirim tanggapan", area, Look.PRIMARY)
    send.setObjectName("gallery.send")
    buttons.addWidget(send)
    column.addLayout(buttons)


def _form(parent: QWidget) -> QWidget:
    area, column = _area(Look.BACKDROP, parent, 280)
    card = Card(parent=area)
    inside = QVBoxLayout(card)
    inside.addWidget(_label("Laporan masuk", Look.MUTED, card))
    inside.addWidget(_label("4.812", Look.FIGURE, card))
    progress = QProgressBar(card)
    progress.setTextVisible(False)
    progress.setValue(36)
    inside.addWidget(progress)
    column.addWidget(card)
    search = QLineEdit(area)
    search.setPlaceholderText("Cari nomor, isi, pelapor…")
    wear(search, Look.SEARCH)
    column.addWidget(search)
    server = Field("Alamat pusat", QLineEdit(area), hint="Tanyakan Penyelia.", parent=area)
    column.addWidget(server)
    unit = QComboBox(area)
    unit.addItems(["KAI Commuter", "Railink"])
    wrong = Field("Unit kerja", unit, parent=area)
    wrong.show_error("Unit ini tidak aktif lagi.")
    column.addWidget(wrong)
    ticked = QCheckBox("Anonim", area)
    ticked.setChecked(True)
    column.addWidget(ticked)
    column.addWidget(QCheckBox("Rahasia", area))
    chosen = QRadioButton("Tetap tutup laporan", area)
    chosen.setChecked(True)
    column.addWidget(chosen)
    column.addWidget(QRadioButton("Ubah dulu", area))
    column.addLayout(_tool_buttons(area))
    disabled = _button("Kirim tanggapan", area, Look.PRIMARY)
    disabled.setEnabled(False)
    column.addWidget(disabled)
    column.addWidget(_button("Hapus salinan", area, Look.DANGER))
    empty = EmptyState(area)
    empty.show_notice(
        IconName.INBOX,
        Notice(
            title="Tidak ada yang terlambat",
            detail="Semua laporan masih dalam tenggat.",
            steps=(Step(code="all", label="Lihat semua"),),
        ),
    )
    column.addWidget(empty, 1)
    return area


def _tool_buttons(parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    sync = QToolButton(parent)
    sync.setText("Sinkronkan")
    sync.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    set_icon(sync, IconName.SYNC)
    state = QToolButton(parent)
    state.setText("Luring")
    state.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    state.setIcon(light_icon(Tone.WARN))
    user = QToolButton(parent)
    user.setText("Sari")
    user.setMenu(QMenu(user))
    user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    more = QToolButton(parent)
    wear(more, Look.QUIET)
    set_icon(more, IconName.MORE, IconRole.MUTED)
    more.setAccessibleName("Lainnya")
    for button in (sync, state, user, more):
        row.addWidget(button)
    return row


def main(folder: Path) -> None:
    """Save the sheet in both schemes into a folder."""
    app = QApplication(sys.argv[:1])
    schemes: tuple[SchemeChoice, ...] = ("light", "dark")
    for scheme in schemes:
        apply_theme(app, scheme)
        sheet = build_gallery()
        sheet.show()
        # Layouts that depend on the width settle with the first events.
        QApplication.sendPostedEvents()
        sheet.grab().save(str(folder / f"gallery-{scheme}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
