# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colleagues' courier files, carried to the centre over this computer's line.

<profile>/relay/<file>            waits here while the line is down, sealed as it came
                <file>.from       the folder that it was taken from, where its reply is wanted
                replies/, refused/

What waits is carried after the next exchange. To carry a file twice is harmless.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sync.courier.envelope import MOST_CARRIED_BYTES, SUFFIX
from sync.engine.exchange import greet
from sync.errors import CourierRefused, SyncError, SyncErrorKind
from sync.services.tokens import KeptTokens
from sync.store.failures import file_faults
from sync.store.plain_files import reading, write_file, writing
from sync.wire.messages import Receipt
from sync.wire.service import Carrier, Connection, SyncService

_LINE_IS_DOWN: Final = frozenset(
    {SyncErrorKind.OFFLINE, SyncErrorKind.UNANSWERED, SyncErrorKind.BUSY}
)
_PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A colleague's file that the centre took; the reply is for the computer that sent it."""

    reply: Path
    missing: Sequence[int]
    is_repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A colleague's file that was copied here, and goes when the line is there."""

    name: str


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
        self, folder: Path, tokens: KeptTokens, connect: Callable[[], SyncService]
    ) -> None:
        self._folder = folder
        self._tokens = tokens
        self._connect = connect

    def carry(self, path: Path, file: BinaryIO) -> Carried | Waiting:
        """Carry a file, or keep a copy for later where the line is down.

        Raises:
            CourierRefused: the centre does not take it; ``courier.too-long-for-line``.
            SyncError: what waiting does not help against.
            StoreUnavailable: the file cannot be read, or a copy cannot be kept.
        """
        if file.seek(0, os.SEEK_END) > MOST_CARRIED_BYTES:
            raise CourierRefused("courier.too-long-for-line", limit=MOST_CARRIED_BYTES)
        try:
            return self._hand_over(file, path.parent)
        except SyncError as error:
            if error.kind not in _LINE_IS_DOWN:
                raise
        self._keep(path, file)
        return Waiting(name=path.name)

    def waiting(self) -> list[Path]:
        """Return the files that wait here."""
        return sorted(self._folder.glob(f"*{SUFFIX}"))

    def carry_waiting(self) -> list[Carried | NotTaken]:
        """Carry what waits; whatever the line does not carry goes on waiting.

        Raises:
            StoreUnavailable: this computer's disk.
        """
        done: list[Carried | NotTaken] = []
        for path in self.waiting():
            try:
                with reading(path) as file:
                    done.append(self._hand_over(file, self._wanted_at(path)))
            except CourierRefused as refused:
                done.append(NotTaken(path=self._set_aside(path), code=refused.code))
            except SyncError:
                break
            else:
                self._forget(path)
        return done

    def _hand_over(self, file: BinaryIO, folder: Path) -> Carried:
        fresh = folder / f".{os.urandom(8).hex()}.balasan"
        service = self._connect()
        try:
            with writing(fresh) as reply:
                receipt = self._hand_in(service, file, reply)
            target = folder / Path(receipt.name).name
            with file_faults(target.name):
                fresh.replace(target)
        finally:
            if isinstance(service, Connection):
                service.close()
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
        return Carried(reply=target, missing=receipt.missing, is_repeated=receipt.repeated)

    def _hand_in(self, service: SyncService, file: BinaryIO, reply: BinaryIO) -> Receipt:
        if not isinstance(service, Carrier):
            raise SyncError(SyncErrorKind.VERSION)
        greet(service)
        tokens = self._tokens.over(service)
        try:
            return service.carry(tokens.access_token(), file, reply)
        except SyncError as error:
            if error.kind is not SyncErrorKind.AUTH:
                raise
        tokens.renew()
        return service.carry(tokens.access_token(), file, reply)

    def _keep(self, path: Path, file: BinaryIO) -> None:
        kept = self._folder / path.name
        write_file(kept.with_name(f"{path.name}.from"), str(path.parent.absolute()).encode())
        file.seek(0)
        with writing(kept) as copy:
            while piece := file.read(_PIECE):
                copy.write(piece)

    def _wanted_at(self, path: Path) -> Path:
        """Return where the reply goes: where the file came from, while that is there."""
        with suppress(OSError, UnicodeDecodeError):
            folder = Path(path.with_name(f"{path.name}.from").read_text(encoding="utf-8"))
            if folder.is_dir() and os.access(folder, os.W_OK):
                return folder
        return self._folder / "replies"

    def _set_aside(self, path: Path) -> Path:
        aside = self._folder / "refused" / path.name
        with file_faults(path.name):
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
        self._forget(path)
        return aside

    def _forget(self, path: Path) -> None:
        with file_faults(path.name):
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.from").unlink(missing_ok=True)
