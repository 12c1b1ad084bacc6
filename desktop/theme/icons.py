# SPDX-License-Identifier: AGPL-3.0-or-later
"""Icons by meaning, coloured from the tokens. The drawings are in `resources/icons`."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

import resources
from desktop.theme.application import Theme
from desktop.theme.palette import colours_of, mixed
from desktop.theme.tokens import MEASURES, Colours, Ink


class IconName(StrEnum):
    """What an icon means; also the name of its file."""

    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    ON_TRACK = "on-track"
    WAITING = "waiting"
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DECISION = "decision"
    REFUSED = "refused"
    SEARCH = "search"
    SYNC = "sync"
    OFFLINE = "offline"
    ONLINE = "online"
    ATTACHMENT = "attachment"
    PUBLIC = "public"
    INTERNAL = "internal"
    ANONYMOUS = "anonymous"
    SECRET = "secret"  # noqa: S105 - the case is secret
    NOTE = "note"
    FOLLOW_UP = "follow-up"
    RESPOND = "respond"
    ASSIGN = "assign"
    CLOSE_CASE = "close-case"
    REOPEN = "reopen"
    DRAFT = "draft"
    OUTBOX = "outbox"
    INBOX = "inbox"
    ARCHIVE = "archive"
    INFO = "info"
    WARNING = "warning"
    COPY = "copy"
    MORE = "more"
    FILTER = "filter"
    SORT = "sort"
    USER = "user"
    CALENDAR = "calendar"
    CHECK = "check"
    RETRY = "retry"
    SETTINGS = "settings"
    KEYBOARD = "keyboard"
    ADD = "add"
    EDIT = "edit"
    UNDO = "undo"
    DISMISS = "dismiss"
    CHEVRON_DOWN = "chevron-down"
    CHEVRON_RIGHT = "chevron-right"
    BACK = "back"
    DASHBOARD = "dashboard"
    PRINT = "print"
    EXPORT = "export"
    TEMPLATE = "template"
    LOCATION = "location"
    DUPLICATE = "duplicate"
    LOCK = "lock"
    HELP = "help"
    APPROVAL = "approval"


class IconRole(StrEnum):
    """Which token colours an icon."""

    TEXT = "text"
    MUTED = "text_muted"
    ACCENT = "accent"
    ON_ACCENT = "on_accent"
    NEUTRAL = "neutral"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    PUBLIC = "public"
    INTERNAL = "internal"
    PENDING = "pending"


_SIZES = (MEASURES.icon_s, MEASURES.icon_m, MEASURES.icon_l, 24)
_RATIOS = (1.0, 2.0)


def icon(name: IconName, role: IconRole = IconRole.TEXT) -> QIcon:
    """Return an icon in the colours of the application's present scheme.

    It keeps those colours; use `set_icon` for what lives on when the scheme changes.
    """
    colours = colours_of(QGuiApplication.palette())
    colour = _colour(colours, role)
    return _built(name, colour, mixed(colour, colours.surface, share=0.45).name())


def set_icon(
    target: QAction | QAbstractButton, name: IconName, role: IconRole = IconRole.TEXT
) -> None:
    """Give an action or button an icon that follows the scheme."""
    follower = target.findChild(_Follower, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if follower is None:
        follower = _Follower(target)
    follower.show_icon(name, role)


class _Follower(QObject):
    """Lives as long as its action or button and colours its icon anew with the scheme."""

    def __init__(self, target: QAction | QAbstractButton) -> None:
        super().__init__(target)
        self._look = (IconName.INFO, IconRole.TEXT)
        theme = Theme.of_application()
        if theme is not None:
            theme.changed.connect(self._recolour)

    def show_icon(self, name: IconName, role: IconRole) -> None:
        self._look = (name, role)
        self._recolour()

    @Slot()
    def _recolour(self) -> None:
        # Asked for each time: a reference from child to parent would keep both alive.
        target = self.parent()
        if isinstance(target, (QAction, QAbstractButton)):
            target.setIcon(icon(*self._look))


@cache
def icon_pixmap(name: IconName, colour: str, size: int, ratio: float) -> QPixmap:
    """Draw an icon.

    Args:
        name: Which drawing.
        colour: `#rrggbb`.
        size: Width and height in device-independent pixels.
        ratio: Device pixels per device-independent pixel.
    """
    drawing = _drawing(name).replace("currentColor", colour)
    side = round(size * ratio)
    pixmap = QPixmap(QSize(side, side))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _drawing(name: IconName) -> str:
    return resources.text(f"icons/{name}.svg")


def _colour(colours: Colours, role: IconRole) -> str:
    value: str | Ink = getattr(colours, role.value)
    return value.fg if isinstance(value, Ink) else value


@cache
def _built(name: IconName, colour: str, faded: str) -> QIcon:
    built = QIcon()
    for size in _SIZES:
        for ratio in _RATIOS:
            built.addPixmap(icon_pixmap(name, colour, size, ratio), QIcon.Mode.Normal)
            built.addPixmap(icon_pixmap(name, faded, size, ratio), QIcon.Mode.Disabled)
    return built
