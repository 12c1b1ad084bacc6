# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody else at the centre, over its real interface: acts on cases, and reads the ledger."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from sync.cases.commands import KIND_OF_COMMAND, CommandBody
from sync.central.sample_office import DEMO_PASSWORD
from sync.transports.http import HttpService
from sync.wire import codec
from sync.wire.messages import (
    CaseRecord,
    CommandRecord,
    EventRecord,
    SignInRequest,
    SyncRequest,
    Verdict,
)
from sync.wire.upcasts import newest


class Colleague:
    """One officer on a device without memory; everything is read anew each time it looks."""

    def __init__(self, server: str, username: str) -> None:
        self._service = HttpService(server)
        self._device = str(uuid.uuid4())
        session = self._service.sign_in(
            SignInRequest(
                username=username,
                password=DEMO_PASSWORD,
                device_id=self._device,
                device_name="Komputer rekan",
            )
        )
        self.officer = session.officer
        self._token = session.access_token
        self._n = 0
        self.cases: dict[str, CaseRecord] = {}
        """By tracking ID."""
        self.events: dict[int, list[EventRecord]] = {}
        """By case, oldest first."""
        self.look()

    def look(self) -> None:
        """Read everything that this officer may see."""
        self.cases, self.events = {}, {}
        cursor, more = None, True
        while more:
            reply = self._service.sync(
                self._token, SyncRequest(cursor=cursor, max_bytes=4 * 1024 * 1024, plain=True)
            )
            self.cases |= {case.tracking_id: case for case in reply.cases}
            self._remember(reply.events)
            cursor, more = reply.cursor, reply.more

    def act(self, tracking_id: str, body: CommandBody) -> Verdict:
        """Do something to a case as it was when this officer last looked."""
        self._n += 1
        case = self.cases[tracking_id]
        command = CommandRecord(
            id=str(uuid.uuid4()),
            n=self._n,
            case_id=case.id,
            base_v=case.v,
            at=time.time_ns() // 1_000_000,
            kind=KIND_OF_COMMAND[type(body)],
            data=codec.body_data(body),
            sv=newest(KIND_OF_COMMAND[type(body)]),
        )
        return self._service.sync(self._token, SyncRequest(commands=[command])).verdicts[0]

    def told(self, tracking_id: str) -> list[tuple[str, str]]:
        """Return kind and words of what the ledger has about a case, oldest first."""
        events = self.events.get(self.cases[tracking_id].id, [])
        return [(event.kind, words_in(event)) for event in events]

    def close(self) -> None:
        """Go home."""
        self._service.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _remember(self, events: Iterable[EventRecord]) -> None:
        for event in events:
            self.events.setdefault(event.case_id, []).append(event)


def words_in(event: EventRecord) -> str:
    """Return what was written in an entry."""
    return str(event.data.get("text", event.data.get("reason", "")))
