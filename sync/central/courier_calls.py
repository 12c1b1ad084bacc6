# SPDX-License-Identifier: AGPL-3.0-or-later
"""``/v3/courier/files/{id}/reply``: takes in a courier file that came by tus, and gives the reply.

POST takes it in and answers with the receipt, the same one however often it is asked; GET gives
the reply whole or by range, so that neither way begins anew when the line breaks.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from pathlib import Path

from sync.central.courier_inbox import CourierInbox
from sync.central.downloads import send_file
from sync.central.exchange import Centre
from sync.central.streams import Call, Refused, actor_of, bearer, in_thread
from sync.central.uploads import UploadRefused
from sync.wire import codec
from sync.wire.messages import Receipt
from sync.wire.service import CARRIED


class CourierCounter:
    """Takes in what has come into the inbox."""

    def __init__(self, centre: Centre, inbox: CourierInbox) -> None:
        self._centre = centre
        self._inbox = inbox

    async def __call__(self, call: Call) -> None:
        """Answer one call; ``call.place`` is the file."""
        if call.method not in {"GET", "POST"}:
            allow = {"allow": "GET, POST"}
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", allow)
        await actor_of(self._centre, call)
        try:
            receipt = await in_thread(self._inbox.take_in, call.place, partial(self._carry, call))
        except UploadRefused as refused:
            raise Refused(HTTPStatus.NOT_FOUND, "not-found") from refused
        if call.method == "POST":
            headers = {"content-type": "application/json"}
            await call.answer(HTTPStatus.OK, headers, codec.encode(receipt))
        else:
            path = self._inbox.files.part_path(f"{call.place}.reply")
            size = (await in_thread(path.stat)).st_size
            await send_file(call, path, size, tag=f'"{receipt.name}"', content_type=CARRIED)

    def _carry(self, call: Call, file: Path, reply: Path) -> Receipt:
        with file.open("rb") as sent, reply.open("w+b") as written:
            return self._centre.carry(bearer(call), sent, written)
