# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files at the window: what the officer chose is done in a lane, and told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Slot

from desktop.bridge.changes import ChangeBus
from desktop.bridge.lanes import Lane
from desktop.bridge.signals import emits
from desktop.i18n import gettext as _
from desktop.i18n import ngettext
from desktop.viewmodels.problems import describe
from sync.courier.envelope import SUFFIX
from sync.errors import CourierRefused
from sync.services.courier import Carried, Exported, Imported

COURIER_SUFFIX: Final = SUFFIX
"""What courier files are called."""


class Counter(Protocol):
    """Where courier files are made and taken; `sync.services.courier.Courier` is one."""

    def export(self, folder: Path) -> Exported:
        """Write everything that has no answer yet into a file for the centre."""

    def take(self, path: Path) -> Imported | Carried:
        """Do with a file what it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierNews:
    """What came of one file.

    Attributes:
        title: what happened.
        lines: what it means, and what to do next.
        failed: nothing was changed.
        copied: all of it, with what support needs besides.
    """

    title: str
    lines: tuple[str, ...]
    failed: bool = False
    copied: str = ""


class CourierPresenter(QObject):
    """The courier's counter.

    Signals:
        told: what came of a file.
    """

    told = emits(CourierNews)

    def __init__(
        self, counter: Counter, lane: Lane, bus: ChangeBus, contact: Callable[[], object]
    ) -> None:
        """Listen to nobody yet.

        Args:
            contact: has the centre contacted, so that the light shows how delivery stands now.
        """
        super().__init__()
        self._counter = counter
        self._lane = lane
        self._bus = bus
        self._contact = contact

    @Slot(str)
    def export(self, folder: str) -> None:
        """Write a file for the centre into a folder, such as a stick."""
        work = partial(self._counter.export, Path(folder))
        self._lane.run(work, self._on_exported, self._on_failed, self)

    @Slot(list)
    def take(self, paths: Sequence[str]) -> None:
        """Take files in, in the order of their names: their numbers are in them."""
        for path in sorted(map(Path, paths), key=lambda path: path.name):
            work = partial(self._counter.take, path)
            failed = partial(self._on_failed, name=path.name)
            self._lane.run(work, self._on_taken, failed, self)

    def _on_exported(self, written: Exported) -> None:
        self._bus.announce(written.changes, self)
        self.told.emit(
            _news(
                _("The file is on {place}").format(place=written.path.parent),
                [
                    written.path.name,
                    ngettext(
                        "{count} act was handed to the courier. The centre's answer is not known "
                        "until its reply is taken in here.",
                        "{count} acts were handed to the courier. The centre's answers are not "
                        "known until its reply is taken in here.",
                        written.acts,
                    ).format(count=written.acts),
                    _("Nobody but the centre can read the file. If there is a connection in the "
                      "meantime, Tanggap goes on by itself; nothing arrives twice."),
                ],
            )
        )  # fmt: skip

    def _on_taken(self, outcome: Imported | Carried) -> None:
        match outcome:
            case Imported():
                self._bus.announce(outcome.changes)
                self._contact()
                title = _("Reply number {n} was taken in").format(n=outcome.n)
                self.told.emit(_news(title, list(_brought(outcome))))
            case Carried():
                title = _("The centre has taken the file in")
                self.told.emit(_news(title, list(_carried(outcome))))

    def _on_failed(self, error: Exception, name: str = "") -> None:
        problem = describe(error)
        lines = (name, problem.detail) if name else (problem.detail,)
        if isinstance(error, CourierRefused) and (number := error.data.get("fingerprint")):
            key = _("The centre's key now: {fingerprint}").format(fingerprint=number)
            lines = (*lines, key)
        copied = "\n".join((problem.title, *lines, problem.reference))
        news = CourierNews(title=problem.title, lines=lines, failed=True, copied=copied)
        self.told.emit(news)


def _news(title: str, lines: list[str]) -> CourierNews:
    return CourierNews(title=title, lines=tuple(lines), copied="\n".join((title, *lines)))


def _brought(brought: Imported) -> Iterator[str]:
    yield ngettext(
        "The centre has answered {count} act.", "The centre has answered {count} acts.",
        brought.settled,
    ).format(count=brought.settled)  # fmt: skip
    if brought.is_old:
        yield _("What is in it besides was here already; nothing was changed.")
    else:
        yield ngettext(
            "{count} complaint was brought up to date.",
            "{count} complaints were brought up to date.",
            brought.cases,
        ).format(count=brought.cases)
    if brought.missing:
        numbers = ", ".join(map(str, brought.missing))
        yield _("Reply {numbers} never came here. This one holds what was in it; tell the centre "
                "if a stick was lost.").format(numbers=numbers)  # fmt: skip


def _carried(carried: Carried) -> Iterator[str]:
    yield _("Take the reply to the computer that sent the file:")
    yield str(carried.reply)
    if carried.missing:
        numbers = ", ".join(map(str, carried.missing))
        yield _("File {numbers} of that computer never came to the centre.").format(numbers=numbers)
