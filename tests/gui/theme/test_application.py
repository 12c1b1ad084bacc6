# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dressed application: scheme, font, palette and icons that follow."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtGui import QAction, QFont, QFontInfo, QFontMetrics, QIcon, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.theme.application import SchemeChoice, Theme, apply_theme
from desktop.theme.fonts import FAMILY, ui_font, with_table_figures
from desktop.theme.icons import IconName, IconRole, icon, icon_pixmap, set_icon
from desktop.theme.palette import build_palette, scheme_of
from desktop.theme.tokens import Scheme, load_colours

SIDE = 20


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The application in the light scheme."""
    return apply_theme(qapp, "light")


def _strongest_colour(target: QAction) -> str:
    image = target.icon().pixmap(SIDE, SIDE).toImage()
    pixels = [image.pixelColor(x, y) for x in range(SIDE) for y in range(SIDE)]
    return max(pixels, key=lambda pixel: pixel.alpha()).name()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_palette_tells_its_scheme(theme: Theme, qapp: QApplication, scheme: SchemeChoice) -> None:
    """A widget finds out from its palette which colours to paint with."""
    apply_theme(qapp, scheme)

    assert scheme == scheme_of(qapp.palette())
    assert load_colours(Scheme(scheme)).text == qapp.palette().text().color().name()


def test_application_is_dressed_once(theme: Theme, qapp: QApplication) -> None:
    """A second call changes the scheme of the theme that is there."""
    assert theme is apply_theme(qapp, "dark")
    assert theme is Theme.of_application()


def test_change_of_scheme_is_told_once(theme: Theme, qtbot: QtBot) -> None:
    """Choosing the scheme that is shown already redraws nothing."""
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(True))

    theme.choose("dark")
    theme.choose("dark")

    assert [True] == told


def test_system_without_a_wish_gets_light(theme: Theme) -> None:
    """Where the desktop does not say light or dark, the scheme is light."""
    theme.choose("dark")
    theme.choose("system")

    assert Scheme.LIGHT is theme.scheme


@pytest.mark.parametrize(
    ("weight", "style"),
    [
        (QFont.Weight.Normal, "Regular"),
        (QFont.Weight.Medium, "Medium"),
        (QFont.Weight.DemiBold, "SemiBold"),
        (QFont.Weight.Bold, "Bold"),
    ],
)
def test_bundled_weight_is_used(theme: Theme, weight: QFont.Weight, style: str) -> None:
    """Each weight comes from its own file; none is imitated or taken from the system."""
    info = QFontInfo(ui_font(weight=weight))

    assert (FAMILY, style, weight) == (info.family(), info.styleName(), info.weight())


def test_application_writes_in_the_bundled_family(theme: Theme, qapp: QApplication) -> None:
    """Standard widgets use the family without being told."""
    assert FAMILY == QFontInfo(qapp.font()).family()


def test_table_figures_have_one_width(theme: Theme) -> None:
    """In a column of numbers a 1 is as wide as an 8; in plain words it is not."""
    plain = QFontMetrics(ui_font(26))
    figures = QFontMetrics(with_table_figures(ui_font(26)))

    assert plain.horizontalAdvance("111") < plain.horizontalAdvance("888")
    assert figures.horizontalAdvance("111") == figures.horizontalAdvance("888")


def test_set_icon_follows_the_scheme(theme: Theme) -> None:
    """An action's icon is drawn anew in the colours of the scheme that comes."""
    action = QAction("Cari")
    set_icon(action, IconName.SEARCH, IconRole.ACCENT)
    light = _strongest_colour(action)

    theme.choose("dark")

    assert load_colours(Scheme.LIGHT).accent == light
    assert load_colours(Scheme.DARK).accent == _strongest_colour(action)


def test_second_set_icon_replaces_the_first(theme: Theme) -> None:
    """After a change of scheme an action shows the icon it was given last."""
    action = QAction("Status")
    set_icon(action, IconName.OFFLINE, IconRole.WARN)
    set_icon(action, IconName.ONLINE, IconRole.OK)

    theme.choose("dark")

    assert icon(IconName.ONLINE, IconRole.OK).cacheKey() == action.icon().cacheKey()


def test_dead_action_does_not_hear_of_the_scheme(theme: Theme) -> None:
    """A change of scheme after an action has gone raises nothing."""
    action = QAction("Cari")
    set_icon(action, IconName.SEARCH)
    shiboken6.delete(action)

    theme.choose("dark")

    assert Scheme.DARK is theme.scheme


def test_disabled_icon_is_paler(theme: Theme) -> None:
    """An action that cannot be used shows so in its icon."""
    picture = icon(IconName.RESPOND)
    enabled = picture.pixmap(SIDE, SIDE).toImage()
    disabled = picture.pixmap(SIDE, SIDE, QIcon.Mode.Disabled).toImage()

    assert enabled != disabled


@pytest.mark.parametrize("name", IconName)
def test_icon_is_sharp_at_twice_the_size(theme: Theme, name: IconName) -> None:
    """On a doubled screen an icon has twice the pixels and something to see in them."""
    pixmap = icon_pixmap(name, "#0b6b74", SIDE, 2.0)
    image = pixmap.toImage()
    inked = sum(
        image.pixelColor(x, y).alpha() > 128 for x in range(2 * SIDE) for y in range(2 * SIDE)
    )

    assert 2 * SIDE == image.width()
    assert SIDE == pixmap.deviceIndependentSize().width()
    assert inked > 40


def test_icon_is_drawn_once() -> None:
    """The same name, colour, size and ratio give the same picture from the cache."""
    first = icon_pixmap(IconName.SYNC, "#123456", SIDE, 1.0)

    assert first is icon_pixmap(IconName.SYNC, "#123456", SIDE, 1.0)
    assert first is not icon_pixmap(IconName.SYNC, "#123457", SIDE, 1.0)


def test_disabled_words_are_paler_than_enabled_ones() -> None:
    """The palette tells a control that cannot be used from one that can."""
    palette = build_palette(load_colours(Scheme.LIGHT))

    enabled = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText)
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    assert enabled.lightness() < disabled.lightness()
