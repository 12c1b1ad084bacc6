# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the program remembers about its window. Each option is declared once; secrets never are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

T = TypeVar("T", bound=str | int | bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Generic[T]):
    """One remembered thing.

    Attributes:
        key: its name in the file.
        default: what holds while nobody has chosen; also says of which type it is.
    """

    key: str
    default: T


LANGUAGE: Final = Option(key="view/language", default="id")
"""A language of `resources/translations`."""
THEME: Final = Option(key="view/theme", default="system")
"""`light`, `dark` or `system`."""
WINDOW_GEOMETRY: Final = Option(key="window/geometry", default=b"")
QUEUES_WIDTH: Final = Option(key="window/queues", default=b"")
PANE_WIDTHS: Final = Option(key="window/panes", default=b"")
CASE_SPLIT: Final = Option(key="window/case", default=b"")
PLACE: Final = Option(key="view/place", default="")
"""The place of the left pane that was open last."""
SORT: Final = Option(key="view/sort", default="")
"""The order of the list."""


class Settings:
    """Options in an INI file. Damaged or missing values count as not chosen."""

    def __init__(self, path: Path) -> None:
        self._store = QSettings(str(path), QSettings.Format.IniFormat)

    def get(self, option: Option[T]) -> T:
        """Return what was chosen, or the default."""
        value = self._store.value(option.key)
        if isinstance(value, QByteArray):
            value = value.data()
        if isinstance(option.default, int) and isinstance(value, str) and value.isdecimal():
            value = int(value)
        return value if isinstance(value, type(option.default)) else option.default

    def put(self, option: Option[T], value: T) -> None:
        """Remember a choice."""
        self._store.setValue(option.key, QByteArray(value) if isinstance(value, bytes) else value)

    def flush(self) -> None:
        """Write to the disk now."""
        self._store.sync()
