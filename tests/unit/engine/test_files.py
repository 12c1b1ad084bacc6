# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files make progress over a line that never carries a whole piece."""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import override

from sync.cases.ids import CaseId
from sync.engine.budget import Errand
from sync.engine.files import FileExchange, FileJournal, FileService, Transfer
from sync.errors import SyncError, SyncErrorKind

CONTENT = bytes(range(256)) * 40
CARRIES = 1_000
"""Bytes that each connection carries before it breaks."""


class OneFile(FileJournal):
    """A device with one file to send."""

    def __init__(self) -> None:
        self.transfer = Transfer(
            errand=Errand.UPLOAD, sha256="ab", case_id=CaseId(1), size=len(CONTENT)
        )

    @override
    def transfers(self, now: int) -> Iterator[Transfer]:
        if self.transfer.done < self.transfer.size:
            yield self.transfer

    @override
    def read(self, sha256: str, at: int, size: int) -> bytes:
        return CONTENT[at : at + size]

    @override
    def is_intact(self, sha256: str) -> bool:
        return True

    @override
    def not_sent(
        self, transfer: Transfer, problem: str, retry_at: int, *, from_start: bool
    ) -> None:
        raise AssertionError(problem)

    @override
    def received(self, transfer: Transfer, piece: bytes, now: int) -> None:
        raise NotImplementedError

    @override
    def received_thumbnail(self, transfer: Transfer, picture: bytes | None, retry_at: int) -> None:
        raise NotImplementedError

    @override
    def not_received(self, transfer: Transfer, problem: str, retry_at: int, now: int) -> None:
        raise NotImplementedError

    @override
    def sent(self, transfer: Transfer, url: str, done: int) -> None:
        self.transfer = Transfer(
            errand=Errand.UPLOAD,
            sha256="ab",
            case_id=CaseId(1),
            size=len(CONTENT),
            done=done,
            url=url,
        )


class Breaking(FileService):
    """A centre behind a line that breaks after so many bytes; it keeps what arrived."""

    def __init__(self) -> None:
        self.here = b""
        self.sent = 0

    @override
    def begin(self, token: str, transfer: Transfer, first: bytes) -> tuple[str, int]:
        self._carry(first)
        return "place", 0

    @override
    def arrived(self, token: str, url: str) -> int:
        return len(self.here)

    @override
    def append(self, token: str, url: str, at: int, piece: bytes) -> int:
        assert at == len(self.here)
        self.here += piece[:CARRIES]
        self._carry(piece)
        return len(self.here)

    @override
    def fetch(self, token: str, sha256: str, at: int, size: int) -> bytes:
        raise NotImplementedError

    @override
    def thumbnail(self, token: str, sha256: str) -> bytes:
        raise NotImplementedError

    def _carry(self, content: bytes) -> None:
        self.sent += min(len(content), CARRIES)
        if len(content) > CARRIES:
            raise SyncError(SyncErrorKind.UNANSWERED)


class Tokens:
    """A sign-in that holds."""

    def access_token(self) -> str:
        """Return a token."""
        return "token"

    def renew(self) -> None:
        """Never needed."""

    def fork(self) -> None:
        """Never needed."""


def test_a_file_gets_through_a_line_that_never_carries_a_piece() -> None:
    """What arrived is never sent again, but for the first bytes, which are lost once."""
    journal, service = OneFile(), Breaking()
    exchange = FileExchange(journal, service, Tokens(), lambda: 0, lambda: 0.0)
    for _ in range(60):
        if exchange.step(lambda _errand: 5_000) is None:
            break
    assert CONTENT == service.here
    assert service.sent <= len(CONTENT) + CARRIES
