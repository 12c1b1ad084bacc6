# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a real device and a real centre have said to each other, written down and read again.

``python -m tests.support.transcripts FILE`` plays one scenario with the real client and the real
centre of the version that is checked out, over HTTP, and writes a line of JSON for whatever
happened: something at the office, or a request with its answer. Transcripts of released versions
are never made anew.
"""

from __future__ import annotations

import copy
import json
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sync.cases.case import Attachment
from sync.cases.commands import Assign, Close, CommandBody, FollowUp, Note, Reopen, Respond
from sync.cases.ids import CaseId, OfficerId, UnitId
from sync.cases.policy import Choice
from sync.central.app import create_app
from sync.central.bodies import unpacked
from sync.central.serving import Server
from sync.errors import SignInFailed
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support import wire_v1, wire_v2, wire_v3
from tests.support.central import PASSWORD, UNIT_A, UNIT_B, Office, embedded_centre, running
from tests.support.keyring import MemoryKeyring

FOLDER = Path(__file__).parents[1] / "protocol" / "transcripts"

READERS: dict[int, Any] = {1: wire_v1, 2: wire_v2, 3: wire_v3}
"""The types of the messages as each released version had them."""


@dataclass(slots=True)
class Transcript:
    """The lines of a conversation, in the order in which it went."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def read(self, path: Path) -> Transcript:
        """Take the lines of a file."""
        self.lines += [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return self

    def write(self, path: Path) -> None:
        """Write a line of JSON for each line."""
        texts = [json.dumps(line, ensure_ascii=False, sort_keys=True) for line in self.lines]
        path.write_text("\n".join(texts) + "\n", "utf-8")


def at_the_office(office: Office, action: str, *details: Any) -> None:
    """Let something happen at the office; details are JSON values."""
    match action:
        case "add_case":
            unit_id, particulars = details
            files = [Attachment(name=n, size_bytes=s) for n, s in particulars.pop("files", [])]
            office.add_case(UnitId(unit_id), attachments=tuple(files), **particulars)
        case "dispose":
            office.dispose(details[0], UnitId(details[1]))
        case "citizen_replies":
            office.citizen_replies(*details)
        case "advance":
            office.clock.advance(*details)
        case "revoke":
            office.administration.revoke_device(details[0], office.clock())
        case _:
            raise ValueError(action)


class Recorder:
    """A layer around the centre's application that writes down what goes through it."""

    def __init__(self, app: Any, transcript: Transcript) -> None:
        self._app = app
        self._transcript = transcript

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle one request; whole bodies only, and none of them packed on the way back."""
        request = await receive()
        headers = dict(scope["headers"])
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        answer: list[Any] = []

        async def replay() -> Any:
            return request

        async def keep(message: Any) -> None:
            answer.append(message)

        await self._app(scope, replay, keep)
        packing = headers.get(b"content-encoding", b"").decode()
        said, heard = unpacked(request["body"], packing), answer[1]["body"]
        self._transcript.lines.append(
            {
                "method": scope["method"],
                "path": scope["path"],
                "signed_in": b"authorization" in headers,
                "request": json.loads(said) if said else None,
                "status": answer[0]["status"],
                "reply": json.loads(heard) if heard else None,
            }
        )
        for message in answer:
            await send(message)


@contextmanager
def recorded(office: Office, transcript: Transcript) -> Iterator[str]:
    """Serve an office on loopback, writing everything down, and yield the base address."""
    server = Server(Recorder(create_app(office.centre, office.clock), transcript))
    with running(server) as address:
        yield address


class Day:
    """The scenario: everything that a device of any version has to say, and most answers."""

    def __init__(self, office: Office, address: str, folder: Path, transcript: Transcript) -> None:
        numbers = iter(range(1, 1_000))
        self._office = office
        self._transcript = transcript
        self._address = address
        self._door = SignIn(
            folder,
            HttpService,
            MemoryKeyring(),
            office.clock,
            lambda: str(uuid.UUID(int=next(numbers), version=4)),
        )

    def play(self) -> None:
        """Play the day from the first sign-in to the last."""
        self._happens(
            "add_case", UNIT_A, {"title": "Lampu jalan padam", "files": [["lampu.jpg", 90_112]]}
        )
        self._happens("add_case", UNIT_A, {"title": "Jalan berlubang", "anonymous": True})
        self._happens("add_case", UNIT_A, {"title": "Pungutan liar", "secret": True})
        self._happens("add_case", UNIT_B, {"title": "Air keruh"})
        self._wrong_password()
        desk = self._door.sign_in(self._address, "agus", PASSWORD)
        self._sync(desk)
        self._answers(desk)
        self._conflicts(desk)
        self._departures(desk)
        self._happens("advance", 3 * 3_600)
        self._sync(desk)  # the access token is renewed on the way
        self._sync(desk)
        self._happens("revoke", desk.tokens.device_id)
        self._sync(desk)
        desk.close()

    def _answers(self, desk: Desk) -> None:
        """One of each act, two of them in a chain."""
        evidence = (Attachment(name="foto lampu.jpg", size_bytes=81_234),)
        self._acts(desk, 1, Note(text="Sudah ditelepon, besok diperiksa."))
        self._acts(
            desk,
            1,
            FollowUp(
                text="Lampu diganti pagi ini.",
                done_on=date(2026, 11, 23),
                evidence=evidence,
                next_step="Periksa lagi malam hari",
                next_step_on=date(2026, 11, 30),
            ),
        )
        self._sync(desk)
        self._acts(desk, 1, Respond(text="Lampu sudah kami ganti; terima kasih."))
        self._acts(desk, 1, Assign(officer_id=OfficerId(1)))
        self._acts(desk, 2, Close(text="Jalan sudah ditambal."))
        self._sync(desk)
        self._acts(desk, 2, Reopen(text="Tambalan lepas lagi."))
        self._acts(desk, 1, Assign(officer_id=OfficerId(1)))
        self._sync(desk)

    def _conflicts(self, desk: Desk) -> None:
        """The citizen was faster; then what follows an act that was not accepted."""
        self._acts(desk, 1, Respond(text="Kami tunggu kabar Anda."))
        self._acts(desk, 1, Note(text="Menunggu pelapor."))
        self._happens("citizen_replies", 1, "Masih padam, Pak.")
        self._sync(desk)

    def _departures(self, desk: Desk) -> None:
        """A case goes to another unit while words on it wait; they are handed over."""
        self._acts(desk, 2, Note(text="Sedang kami jadwalkan."))
        self._happens("dispose", 2, UNIT_B)
        self._sync(desk)
        for item in desk.inbox.decisions():
            if Choice.HAND_OVER in item.choices:
                desk.casework.decide(item.command.id, Choice.HAND_OVER, seen_v=item.seen_v)
        self._sync(desk)

    def _wrong_password(self) -> None:
        try:
            self._door.sign_in(self._address, "agus", "salah")
        except SignInFailed:
            return
        raise AssertionError

    def _happens(self, action: str, *details: Any) -> None:
        self._transcript.lines.append({"office": [action, *copy.deepcopy(details)]})
        at_the_office(self._office, action, *details)

    def _acts(self, desk: Desk, case_id: int, body: CommandBody) -> None:
        view = desk.inbox.case(CaseId(case_id))
        assert view is not None
        desk.casework.act(view.case.id, body, view.confirmed.v)

    def _sync(self, desk: Desk) -> None:
        desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def main(target: Path) -> None:
    """Play the day and write it down."""
    transcript = Transcript()
    with tempfile.TemporaryDirectory() as folder:
        office = embedded_centre(Path(folder))
        with recorded(office, transcript) as address:
            Day(office, address, Path(folder) / "laptop", transcript).play()
        office.database.close()
    transcript.write(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
