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
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import describe
from sync.cases.changes import EVERYTHING
from sync.courier.envelope import SUFFIX
from sync.engine.status import LinkState, SyncStatus
from sync.errors import CourierRefused
from sync.i18n import gettext as _
from sync.i18n import mark, ngettext
from sync.services.courier import Exported, Freight, Imported, Outlook
from sync.services.courier_files import MOST_BYTES, REPLY_BYTES, Brought
from sync.services.relaying import Carried, NotTaken, Waiting, WaitsFor
from sync.services.terms import shelved_text

COURIER_SUFFIX: Final = SUFFIX
"""What courier files are called."""

_MEGABYTE: Final = 1024 * 1024
_LIMITS: Final = (REPLY_BYTES, 500 * _MEGABYTE, 25 * _MEGABYTE, 5 * _MEGABYTE)
"""The usual choice first."""

_WAITS: Final = {
    WaitsFor.LINE: (
        mark("The file waits here for the connection"),
        mark("It goes to the centre by itself when there is a connection. You are told then "
             "where its reply is."),
    ),
    WaitsFor.CENTRE: (
        mark("The file waits here: the centre takes no more for now"),
        mark("The centre is busy, or has no room for more files. This one goes by "
             "itself later, and you are told then where its reply is. If it is urgent, bring "
             "the stick to whoever tends the centre."),
    ),
    WaitsFor.OTHERS: (
        mark("The file waits here: another one is on its way to the centre"),
        mark("It goes by itself after that one. You are told then where its reply is."),
    ),
}  # fmt: skip


class Tray(Protocol):
    """Where files of others wait; `sync.services.relaying.Relay` is one."""

    def waiting(self) -> Sequence[Path]:
        """Return the files that wait."""

    def carry_waiting(self) -> Sequence[Carried | NotTaken]:
        """Carry what waits."""


class Counter(Protocol):
    """Where courier files are made and taken; `sync.services.courier.Courier` is one."""

    def outlook(self, folder: Path) -> Outlook:
        """Return what an export into a folder would hold."""

    def export(self, folder: Path, freight: Freight) -> Exported:
        """Write everything that has no answer yet into a file for the centre."""

    def take(self, path: Path) -> Imported | Carried | Waiting:
        """Do with a file what it is for."""

    @property
    def relay(self) -> Tray:
        """Where files of others wait for the line."""

    def trust_centre(self, compared: str) -> None:
        """Take the other keys that the centre tells for its own."""


@dataclass(frozen=True, slots=True)
class CentreKeys:
    """Fingerprints of the centre's keys: those known here, and those that it tells now."""

    known: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightQuestion:
    """What the officer is asked before a file is written.

    Attributes:
        folder: where it goes.
        lines: what it would hold, and what room there is.
        out: choices for own files that go along, as words and bytes; the first is the best.
        back: the same for what the reply may bring.
    """

    folder: str
    lines: tuple[str, ...]
    out: tuple[tuple[str, int], ...]
    back: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierNews:
    """What came of one file.

    Attributes:
        title: what happened.
        lines: what it means, and what to do next.
        failed: nothing was changed.
        copied: all of it, with what support needs besides.
        keys: the centre's other keys are the reason, and the officer can compare them.
    """

    title: str
    lines: tuple[str, ...]
    failed: bool = False
    copied: str = ""
    keys: CentreKeys | None = None


class CourierPresenter(QObject):
    """The courier's counter.

    Signals:
        asked: what the officer is to choose before a file is written.
        told: what came of a file.
    """

    asked = emits(FreightQuestion)
    told = emits(CourierNews)

    def __init__(
        self,
        counter: Counter,
        lane: Lane,
        bus: ChangeBus,
        contact: Callable[[], object],
        formats: Formats,
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
        self._formats = formats
        self._may_wait = True
        """Whether files of others may wait for the line; looked up when it is there."""
        self._complaint = ""
        """Why they were not carried the last time, as it was told."""

    @Slot(str)
    def look(self, folder: str) -> None:
        """Ask what goes along to a folder, such as a stick."""
        work = partial(self._counter.outlook, Path(folder))
        self._lane.run(work, partial(self._on_looked, folder), self._on_failed, self)

    @Slot(str, object, object)
    def export(self, folder: str, out_bytes: int, back_bytes: int) -> None:
        """Write a file for the centre into a folder."""
        freight = Freight(out_bytes=out_bytes, back_bytes=back_bytes)
        work = partial(self._counter.export, Path(folder), freight)
        self._lane.run(work, self._on_exported, self._on_failed, self)

    @Slot(str)
    def trust(self, compared: str) -> None:
        """Take other keys of the centre for its own: the officer has compared them."""
        work = partial(self._counter.trust_centre, compared)
        self._lane.run(work, self._on_trusted, self._on_failed, self)

    @Slot(list)
    def take(self, paths: Sequence[str]) -> None:
        """Take files in, in the order of their names: their numbers are in them."""
        for path in sorted(map(Path, paths), key=lambda path: path.name):
            work = partial(self._counter.take, path)
            failed = partial(self._on_not_taken, path.name)
            self._lane.run(work, self._on_taken, failed, self)

    @Slot(object)
    def on_status(self, status: SyncStatus) -> None:
        """Carry what waits for the line when it is there."""
        if self._may_wait and status.link is LinkState.ONLINE:
            self._may_wait = False
            self._lane.run(self._carry_waiting, self._on_relayed, self._on_not_relayed, self)

    def _carry_waiting(self) -> tuple[Sequence[Carried | NotTaken], bool]:
        """Return what became of it, and whether something still waits; in the lane."""
        done = self._counter.relay.carry_waiting()
        return done, bool(self._counter.relay.waiting())

    def _on_relayed(self, outcome: tuple[Sequence[Carried | NotTaken], bool]) -> None:
        done, self._may_wait = outcome
        self._complaint = ""
        for each in done:
            match each:
                case Carried():
                    title = _("The centre has taken the file in")
                    self.told.emit(_news(title, list(_carried(each))))
                case NotTaken():
                    self._on_failed(CourierRefused(each.code), str(each.path))

    def _on_not_relayed(self, error: Exception) -> None:
        """This computer's disk: told once, and tried again when there is a connection."""
        self._may_wait = True
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._on_failed(error)

    def _on_looked(self, folder: str, outlook: Outlook) -> None:
        size = self._formats.size
        lines = [
            ngettext("{count} act without an answer goes along.",
                     "{count} acts without an answer go along.", outlook.acts,
            ).format(count=outlook.acts),
            ngettext("{count} attached file ({size}) is not at the centre yet.",
                     "{count} attached files ({size}) are not at the centre yet.", outlook.files,
            ).format(count=outlook.files, size=size(outlook.bytes)),
            _("Free on {folder}: {size}").format(folder=folder, size=size(outlook.free_bytes)),
        ]  # fmt: skip
        out = [(_("all files"), MOST_BYTES)] if outlook.bytes < outlook.free_bytes else []
        out += [(_("up to {size}").format(size=size(limit)), limit) for limit in _LIMITS
                if limit < min(outlook.bytes, outlook.free_bytes)]  # fmt: skip
        back = [(_("up to {size}").format(size=size(limit)), limit) for limit in _LIMITS]
        nothing = (_("words only, no files"), 0)
        self.asked.emit(
            FreightQuestion(
                folder=folder,
                lines=tuple(lines),
                out=(*out, nothing),
                back=(*back, nothing),
            )
        )

    def _on_trusted(self, _nothing: object) -> None:
        title = _("The centre's new key is accepted")
        self.told.emit(_news(title, [_("Export or take the file in again.")]))

    def _on_exported(self, written: Exported) -> None:
        self._bus.announce(written.changes, self)
        files = (
            ngettext("{count} attached file went along.", "{count} attached files went along.",
                     written.files).format(count=written.files),
        ) if written.files else ()  # fmt: skip
        left = (
            ngettext("{count} attached file stayed here; it goes along next time.",
                     "{count} attached files stayed here; they go along next time.",
                     written.files_left).format(count=written.files_left),
        ) if written.files_left else ()  # fmt: skip
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
                    *files,
                    *left,
                    _("Nobody but the centre can read the file. If there is a connection in the "
                      "meantime, Tanggap goes on by itself; nothing arrives twice."),
                ],
            )
        )  # fmt: skip

    def _on_taken(self, outcome: Imported | Carried | Waiting) -> None:
        match outcome:
            case Waiting():
                self._may_wait = True
                self.told.emit(_waits(outcome))
            case Imported():
                self._bus.announce(outcome.changes)
                self._contact()
                title = _("Reply number {n} was taken in").format(n=outcome.n)
                self.told.emit(_news(title, list(_brought(outcome))))
            case Carried():
                title = _("The centre has taken the file in")
                self.told.emit(_news(title, list(_carried(outcome))))

    def _on_not_taken(self, name: str, error: Exception) -> None:
        self._bus.announce(EVERYTHING)  # a stick that broke in the middle has brought a part
        self._on_failed(error, name)

    def _on_failed(self, error: Exception, name: str = "") -> None:
        problem = describe(error)
        lines = (name, problem.detail) if name else (problem.detail,)
        keys = _other_keys(error)
        shown = () if keys is None else (keys.known, keys.told)
        copied = "\n".join((problem.title, *lines, *shown, problem.reference))
        self.told.emit(
            CourierNews(
                title=problem.title,
                lines=lines,
                failed=True,
                copied=copied,
                keys=keys,
            )
        )


def _other_keys(error: Exception) -> CentreKeys | None:
    if not isinstance(error, CourierRefused) or error.code != "courier.centre-changed":
        return None
    known, told = (str(error.data.get(name, "")) for name in ("known", "fingerprint"))
    return CentreKeys(known, told)


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
    yield from _files_brought(brought.brought)
    if said := shelved_text(brought.edition):
        yield said


def _files_brought(files: Brought) -> Iterator[str]:
    if files.files:
        yield ngettext(
            "{count} attached file came along.", "{count} attached files came along.", files.files
        ).format(count=files.files)
    if files.at_centre:
        yield ngettext(
            "{count} of your files is at the centre now.",
            "{count} of your files are at the centre now.",
            files.at_centre,
        ).format(count=files.at_centre)
    if spoilt := files.damaged + files.refused:
        yield ngettext(
            "{count} attached file was damaged on the way or could not be kept. The words are not "
            "affected; it comes again next time.",
            "{count} attached files were damaged on the way or could not be kept. The words are "
            "not affected; they come again next time.",
            spoilt,
        ).format(count=spoilt)


def _waits(waiting: Waiting) -> CourierNews:
    title, why = map(_, _WAITS[waiting.waits_for])
    return _news(title, [waiting.name, why])


def _carried(carried: Carried) -> Iterator[str]:
    if carried.is_aside:
        yield _("The reply could not be put to where the file came from; it is kept here. Copy it "
                "to a stick, and take it to the computer that sent the file:")  # fmt: skip
    else:
        yield _("Take the reply to the computer that sent the file:")
    yield str(carried.reply)
    if carried.missing:
        numbers = ", ".join(map(str, carried.missing))
        yield _("File {numbers} of that computer never came to the centre.").format(numbers=numbers)
