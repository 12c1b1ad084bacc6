# SPDX-License-Identifier: AGPL-3.0-or-later
"""Elided label, status light, badge, field and card: what is shown and what is said."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from desktop.theme.application import Theme
from desktop.theme.looks import PROPERTY, Look
from desktop.theme.tokens import Scheme, Tone, load_colours
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.elided_label import ElidedLabel
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.light import StatusLight, light_icon, paint_light
from tests.gui.widgets.conftest import Show

LONG = "Kartu Multi Trip terpotong dua kali saat tap keluar di Stasiun Bogor, mohon dicek"


def test_long_words_are_shortened_and_told_on_hovering(host: QWidget, show: Show) -> None:
    """What does not fit ends in …; tool tip and screen reader have all of it."""
    label = ElidedLabel(LONG, host)
    show(label)

    assert label.shown_text().endswith("…")
    assert LONG == label.text()
    assert LONG == label.toolTip()
    assert LONG == label.accessibleName()


def test_words_that_fit_have_no_tool_tip(host: QWidget, show: Show) -> None:
    """A tool tip that repeats the screen is noise."""
    label = ElidedLabel("Stasiun Bogor", host)
    show(label)

    assert "Stasiun Bogor" == label.shown_text()
    assert "" == label.toolTip()


def test_long_words_do_not_widen_the_pane(theme: Theme) -> None:
    """The least width of a label does not depend on how long its words are."""
    longer = ElidedLabel(LONG * 3).minimumSizeHint().width()

    assert ElidedLabel(LONG).minimumSizeHint().width() == longer


def test_middle_can_be_left_out(host: QWidget, show: Show) -> None:
    """File names keep their ending."""
    label = ElidedLabel(f"{LONG}.pdf", host, mode=Qt.TextElideMode.ElideMiddle)
    show(label)

    assert label.shown_text().endswith(".pdf")


def test_status_light_is_words_too(theme: Theme) -> None:
    """The light says its status; nobody has to know colours."""
    light = StatusLight()
    light.show_status("Luring · 3 menunggu kirim", Tone.WARN)

    assert "Luring · 3 menunggu kirim" == light.text()
    assert "Luring · 3 menunggu kirim" == light.accessibleName()


def _silhouette(tone: Tone, qapp: QApplication) -> list[bool]:
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    paint_light(painter, QRect(0, 0, 16, 16), tone, qapp.palette())
    painter.end()
    return [image.pixelColor(x, y).lightness() < 200 for x in range(16) for y in range(16)]


def test_lights_differ_in_shape(theme: Theme, qapp: QApplication) -> None:
    """Without colour the six states of the light are still six."""
    tones = (Tone.OK, Tone.WARN, Tone.DANGER, Tone.INFO, Tone.NEUTRAL, Tone.PENDING)
    shapes = {tone: _silhouette(tone, qapp) for tone in tones}

    alike = [pair for pair in combinations(tones, 2) if shapes[pair[0]] == shapes[pair[1]]]
    assert [] == alike


def test_light_icon_is_sharp_at_twice_the_size(theme: Theme) -> None:
    """On a doubled screen the light in a button has twice the pixels."""
    assert 32 == light_icon(Tone.OK).pixmap(light_icon(Tone.OK).availableSizes()[0], 2.0).width()


def test_badge_without_a_count_is_not_there(host: QWidget, show: Show) -> None:
    """Nothing to count, nothing to see."""
    badge = Badge(host)
    show(badge)
    badge.show_count("3", spoken="3 menunggu kirim", tone=Tone.WARN)
    assert badge.isVisible()
    assert "3 menunggu kirim" == badge.accessibleName()

    badge.show_count("", spoken="")

    assert not badge.isVisible()


def test_field_label_leads_to_its_editor(theme: Theme) -> None:
    """The label names the editor for the keyboard and for screen readers."""
    editor = QLineEdit()
    field = Field("&Alamat pusat", editor, hint="Tanyakan Penyelia.")
    names = [label for label in field.findChildren(QLabel) if label.buddy() is editor]

    assert ["&Alamat pusat"] == [label.text() for label in names]
    assert "Tanyakan Penyelia." == editor.accessibleDescription()


def test_field_error_takes_the_place_of_the_hint(theme: Theme) -> None:
    """While a value is wrong the reason is shown and spoken; then the hint is back."""
    editor = QLineEdit()
    field = Field("Alamat pusat", editor, hint="Tanyakan Penyelia.")
    below = field.findChild(QLabel, "field.below")
    assert below is not None

    field.show_error("Alamat tidak dikenal.")
    assert "Alamat tidak dikenal." == below.text()
    assert Look.ERROR.value == below.property(PROPERTY)
    assert "Alamat tidak dikenal." == editor.accessibleDescription()

    field.show_error("")
    assert "Tanyakan Penyelia." == below.text()
    assert Look.SMALL.value == below.property(PROPERTY)


@pytest.mark.parametrize("tone", [Tone.PUBLIC, Tone.INTERNAL, Tone.DANGER])
def test_card_has_a_bar_of_its_tone(host: QWidget, show: Show, tone: Tone) -> None:
    """The side where reading starts shows the mark of the tone."""
    card = Card(tone, host)
    show(card)

    middle = card.grab().toImage().pixelColor(1, card.height() // 2).name()
    assert load_colours(Scheme.LIGHT).ink(tone).mark == middle


def test_pending_card_has_a_dashed_frame(host: QWidget, show: Show) -> None:
    """What has not been sent is framed with gaps."""
    card = Card(Tone.PENDING, host)
    show(card)

    image = card.grab().toImage()
    top = [image.pixelColor(x, 0).lightness() for x in range(20, 120)]
    assert max(top) - min(top) > 40
