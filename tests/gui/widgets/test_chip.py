# SPDX-License-Identifier: AGPL-3.0-or-later
"""Chips: the same face in a widget and in a list row, for every tone, direction and width."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from desktop.theme.application import Theme
from desktop.theme.icons import IconName
from desktop.theme.palette import build_palette
from desktop.theme.tokens import Scheme, Tone, load_colours
from desktop.ui.widgets.chip import Chip
from desktop.ui.widgets.chip_paint import ChipFace, chip_size, paint_chip, paint_chips
from tests.gui.widgets.conftest import Show

FACE = ChipFace(text="Sisa 2 hari kerja", tone=Tone.WARN, icon=IconName.DUE_SOON)
WIDE = 300
TALL = 18


def _painted(
    face: ChipFace, width: int, scheme: Scheme = Scheme.LIGHT, *, mirrored: bool = False
) -> QImage:
    image = QImage(WIDE, TALL, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    if mirrored:
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    palette = build_palette(load_colours(scheme))
    paint_chip(painter, QRect(0, 0, width, TALL), face, palette)
    painter.end()
    return image


def test_reader_hears_the_words(theme: Theme) -> None:
    """A chip is spoken as it is written."""
    assert "Sisa 2 hari kerja" == Chip(FACE).accessibleName()


def test_reader_hears_the_longer_words_where_given(theme: Theme) -> None:
    """A chip whose words are too short for the ear is spoken in full."""
    chip = Chip(ChipFace(text="3", spoken="3 laporan serupa"))

    assert "3 laporan serupa" == chip.accessibleName()


def test_chip_takes_a_new_face(theme: Theme) -> None:
    """After a change the chip shows, says and measures the new face."""
    chip = Chip(FACE)
    later = ChipFace(text="Lewat 1 hari kerja sejak kemarin", tone=Tone.DANGER)

    chip.show_face(later)

    assert later.text == chip.text()
    assert later.text == chip.accessibleName()
    assert chip_size(later) == chip.sizeHint()


def test_widget_looks_like_the_painted_chip(host: QWidget, show: Show) -> None:
    """The widget and a list row draw the very same pixels."""
    chip = Chip(FACE, host)
    show(chip)
    width = chip.width()

    painted = _painted(FACE, width).copy(0, 0, width, TALL)
    shown = chip.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

    assert painted == shown


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("tone", Tone)
def test_tone_colours_the_paper(theme: Theme, tone: Tone, scheme: Scheme) -> None:
    """A chip lies on the paper of its tone, in both schemes."""
    face = ChipFace(text="MMMM", tone=tone)
    image = _painted(face, chip_size(face).width(), scheme)

    assert load_colours(scheme).ink(tone).bg == image.pixelColor(5, TALL // 2).name()


def test_public_internal_and_pending_differ_without_colour(theme: Theme) -> None:
    """Frames tell these three from each other and from plain chips when colours are taken away."""
    tones = (Tone.NEUTRAL, Tone.INTERNAL, Tone.PENDING)
    edges = []
    for tone in tones:
        face = ChipFace(text="", tone=tone)
        image = _painted(face, 200).convertToFormat(QImage.Format.Format_Grayscale8)
        row = [image.pixelColor(x, 0).lightness() for x in range(20, 180)]
        edges.append((max(row) - min(row) > 40, min(row) < 180))

    assert [(False, False), (False, True), (True, True)] == edges


def test_words_that_do_not_fit_are_shortened(theme: Theme) -> None:
    """A chip in a narrow place stays within it."""
    image = _painted(FACE, 70)

    outside = {image.pixelColor(x, y).name() for x in range(71, WIDE) for y in range(TALL)}
    assert {"#ffffff"} == outside


def test_icon_stands_where_reading_begins(theme: Theme) -> None:
    """From right to left the icon changes sides."""
    face = ChipFace(text="", tone=Tone.DANGER, icon=IconName.OVERDUE)

    def inked_half(image: QImage) -> str:
        paper = load_colours(Scheme.LIGHT).danger.bg
        columns = [x for x in range(12, 188) if image.pixelColor(x, 13).name() != paper]
        return "left" if max(columns) < 100 else "right"

    assert "left" == inked_half(_painted(face, 200))
    assert "right" == inked_half(_painted(face, 200, mirrored=True))


def test_row_of_chips_tells_its_width(theme: Theme, qapp: QApplication) -> None:
    """Chips follow each other with one gap between them."""
    image = QImage(WIDE * 2, TALL, QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    plain = ChipFace(text="Pengaduan")

    used = paint_chips(painter, image.rect(), (FACE, plain), qapp.palette())
    painter.end()

    assert chip_size(FACE).width() + 6 + chip_size(plain).width() == used


def test_row_of_chips_leaves_out_what_has_no_room(theme: Theme, qapp: QApplication) -> None:
    """A second chip that could not show all its words is not drawn at all."""
    first = chip_size(FACE).width()
    image = QImage(2 * first, TALL, QImage.Format.Format_ARGB32)
    painter = QPainter(image)

    used = paint_chips(painter, image.rect(), (FACE, FACE), qapp.palette())
    painter.end()

    assert first == used
