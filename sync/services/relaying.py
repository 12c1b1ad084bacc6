# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colleagues' courier files, carried to the centre over this computer's line.

<profile>/relay/<file>            waits here while the line is down, sealed as it came
                <file>.from       the folder that it was taken from, where its reply is wanted
                halves/<reply>    a reply as far as it has come, until it is where it is wanted
                replies/          those that could not be put there
                refused/

What waits is carried after the next exchange, one file at a time; a centre that takes no more is
left alone for a while. To carry a file twice is harmless.
"""

from __future__ import annotations

import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from sync.courier.envelope import MOST_CARRIED_BYTES, SUFFIX
from sync.engine.exchange import greet
from sync.errors import CourierRefused, StoreUnavailable, SyncError, SyncErrorKind
from sync.services.tokens import KeptTokens
from sync.store.failures import file_faults, stick_faults
from sync.store.plain_files import SEALED_FILE, reading, write_file, writing
from sync.wire.messages import Receipt
from sync.wire.service import Carrier, Connection, SyncService

_LINE_BROKE: Final = frozenset({SyncErrorKind.OFFLINE, SyncErrorKind.UNANSWERED})
_CENTRE_RESTS_MS: Final = 5 * 60_000
"""How long a centre is not asked again that takes no more files."""
_PIECE: Final = 1024 * 1024
_UNFINISHED: Final = ".tanggap-balasan.new"
"""What a reply is called on a stick until it is whole; that of a stick that was pulled out is
overwritten by the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A colleague's file that the centre took; the reply is for the computer that sent it.

    Attributes:
        is_aside: the reply could not be put to where the file came from.
    """

    reply: Path
    missing: Sequence[int]
    is_repeated: bool
    is_aside: bool = False


class WaitsFor(Enum):
    """Why a colleague's file does not go yet."""

    LINE = auto()
    CENTRE = auto()
    """It takes no more files for now."""
    OTHERS = auto()
    """Another file is on its way; two at a time would be no faster, and hold up other work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A colleague's file that was copied here, and goes by itself later."""

    name: str
    waits_for: WaitsFor = WaitsFor.LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """A colleague's file that waited here and that the centre refused; it is kept.

    Attributes:
        code: why; one of the codes of :class:`CourierRefused`.
    """

    path: Path
    code: str


class Relay:
    """The way to the centre for files of others.

    Args:
        connect: opens a line of its own, for another thread may be exchanging.
    """

    def __init__(
        self,
        folder: Path,
        tokens: KeptTokens,
        connect: Callable[[], SyncService],
        clock: Callable[[], int],
    ) -> None:
        self._folder = folder
        self._tokens = tokens
        self._connect = connect
        self._clock = clock
        self._full_at: int | None = None
        self._turn = threading.Lock()
        """One file at a time: two at the same reply would spoil it."""

    def carry(self, path: Path, file: BinaryIO) -> Carried | Waiting:
        """Carry a file, or keep a copy for later where it cannot go now.

        Raises:
            CourierRefused: the centre does not take it; ``courier.too-long-for-line``.
            SyncError: what waiting does not help against.
            StoreUnavailable: the file cannot be read, or a copy cannot be kept.
        """
        if file.seek(0, os.SEEK_END) > MOST_CARRIED_BYTES:
            raise CourierRefused("courier.too-long-for-line", limit=MOST_CARRIED_BYTES)
        if not self._turn.acquire(blocking=False):
            return self._keep(path, file, WaitsFor.OTHERS)
        try:
            return self._hand_over(file, path.parent)
        except SyncError as error:
            return self._keep(path, file, _what_helps(error))
        finally:
            self._turn.release()

    def leave(self, path: Path) -> None:
        """Keep a copy of a file of this computer, to be carried after the next exchange.

        Raises:
            StoreUnavailable: the file cannot be read, or a copy cannot be kept.
        """
        with file_faults(path.name):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with reading(path) as file:
            _copy(path.name, file, self._folder / path.name)

    def waiting(self) -> list[Path]:
        """Return the files that wait here."""
        return sorted(self._folder.glob(f"*{SUFFIX}"))

    def carry_waiting(self) -> list[Carried | NotTaken]:
        """Carry what waits; whatever the line does not carry goes on waiting.

        While a file is being carried already, all others wait on: nobody waits for the line here.
        Nothing goes for some minutes after the centre took no more.

        Raises:
            StoreUnavailable: this computer's disk.
        """
        if self._rests() or not self._turn.acquire(blocking=False):
            return []
        try:
            return self._carry_all()
        finally:
            self._turn.release()

    def _carry_all(self) -> list[Carried | NotTaken]:
        done: list[Carried | NotTaken] = []
        fault: StoreUnavailable | None = None
        for path in self.waiting():
            try:
                with reading(path) as file:
                    done.append(self._hand_over(file, self._wanted_at(path)))
            except CourierRefused as refused:
                done.append(NotTaken(path=self._set_aside(path), code=refused.code))
            except SyncError as error:
                if error.kind is SyncErrorKind.BUSY:
                    self._full_at = self._clock()
                if error.kind in _LINE_BROKE or error.kind is SyncErrorKind.BUSY:
                    break
            except StoreUnavailable as unavailable:  # perhaps of this file alone
                fault = unavailable
            else:
                self._forget(path)
        if fault is not None and not done:  # what was carried is told of first
            raise fault
        if not self.waiting():
            shutil.rmtree(self._folder / "halves", ignore_errors=True)
        return done

    def _rests(self) -> bool:
        """Whether the centre said a moment ago that it takes no more files."""
        since = None if self._full_at is None else self._clock() - self._full_at
        return since is not None and 0 <= since < _CENTRE_RESTS_MS

    def _hand_over(self, file: BinaryIO, folder: Path) -> Carried:
        service = self._connect()
        try:
            receipt = self._hand_in(service, file)
        finally:
            if isinstance(service, Connection):
                service.close()
        reply = self._put_down(Path(receipt.name).name, folder)
        return Carried(
            reply=reply,
            is_aside=reply.parent == self._folder / "replies",
            missing=receipt.missing,
            is_repeated=receipt.repeated,
        )

    def _hand_in(self, service: SyncService, file: BinaryIO) -> Receipt:
        if not isinstance(service, Carrier):
            raise SyncError(SyncErrorKind.VERSION)
        greet(service)
        tokens = self._tokens.over(service)
        try:
            return service.carry(tokens.access_token(), file, self._half)
        except SyncError as error:
            if error.kind is not SyncErrorKind.AUTH:
                raise
        tokens.renew()
        return service.carry(tokens.access_token(), file, self._half)

    @contextmanager
    def _half(self, name: str) -> Iterator[BinaryIO]:
        """Open a reply as far as it has come; what comes of it now is on the disk afterwards."""
        path = self._folder / "halves" / Path(name).name
        with file_faults(path.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a+b") as half:
                try:
                    yield half
                finally:
                    half.flush()
                    os.fsync(half.fileno())

    def _put_down(self, name: str, folder: Path) -> Path:
        """Put a whole reply to where it is wanted; where that is gone or full, it stays here."""
        half = self._folder / "halves" / name
        with suppress(CourierRefused), stick_faults(name):
            if folder.is_dir():
                whole = writing(folder / name, stick_faults, under=_UNFINISHED, mode=SEALED_FILE)
                with reading(half) as come, whole as reply:
                    shutil.copyfileobj(come, reply, _PIECE)
                with suppress(OSError):  # it is swept when nothing waits any more
                    half.unlink()
                return folder / name
        kept = self._folder / "replies" / name
        with file_faults(name):
            kept.parent.mkdir(exist_ok=True)
            half.replace(kept)
        return kept

    def _keep(self, path: Path, file: BinaryIO, waits_for: WaitsFor) -> Waiting:
        kept = _free_place(self._folder, path.name, file)
        write_file(kept.with_name(f"{path.name}.from"), str(path.parent.absolute()).encode())
        file.seek(0)
        _copy(path.name, file, kept)
        return Waiting(name=path.name, waits_for=waits_for)

    def _wanted_at(self, path: Path) -> Path:
        """Return where the reply goes: where the file came from, while that is there."""
        with suppress(OSError, UnicodeDecodeError):
            folder = Path(path.with_name(f"{path.name}.from").read_text(encoding="utf-8"))
            if folder.is_dir() and os.access(folder, os.W_OK):
                return folder
        return self._folder / "replies"

    def _set_aside(self, path: Path) -> Path:
        with reading(path) as file:
            aside = _free_place(self._folder / "refused", path.name, file)
        with file_faults(path.name):
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
        self._forget(path)
        return aside

    def _forget(self, path: Path) -> None:
        with file_faults(path.name):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.from").unlink(missing_ok=True)


def _free_place(folder: Path, name: str, file: BinaryIO) -> Path:
    """Return a path for a file: colleagues call theirs the same, and none may replace another."""
    stem = name.removesuffix(SUFFIX)
    marks = itertools.chain([""], map("-{}".format, itertools.count(2)))
    places = (folder / f"{stem}{mark}{SUFFIX}" for mark in marks)
    return next(place for place in places if not place.exists() or _is_same(place, name, file))


def _is_same(place: Path, name: str, file: BinaryIO) -> bool:
    file.seek(0)
    with reading(place) as other:
        theirs = iter(partial(other.read, _PIECE), b"")
        ours = iter(partial(_piece, name, file), b"")
        return all(one == another for one, another in itertools.zip_longest(theirs, ours))


def _copy(name: str, file: BinaryIO, kept: Path) -> None:
    with writing(kept) as copy:
        while piece := _piece(name, file):
            copy.write(piece)


def _piece(name: str, file: BinaryIO) -> bytes:
    """Read on from a stick; what ails it is not said of this computer's disk."""
    with stick_faults(name):
        return file.read(_PIECE)


def _what_helps(error: SyncError) -> WaitsFor:
    """Return what to wait for.

    Raises:
        SyncError: waiting does not help.
    """
    if error.kind in _LINE_BROKE:
        return WaitsFor.LINE
    if error.kind is SyncErrorKind.BUSY:
        return WaitsFor.CENTRE
    raise error
