# SPDX-License-Identifier: AGPL-3.0-or-later
"""Courier files over a line: up by tus, back by range; what arrived need not come again."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from http import HTTPStatus
from typing import BinaryIO, Final

import requests

from sync.cases.ids import CaseId
from sync.engine.budget import Errand
from sync.engine.files import Transfer
from sync.errors import CourierRefused, FileRefused, SyncError, SyncErrorKind
from sync.transports.answers import content_type_of, refusal_of
from sync.transports.http import HttpService
from sync.transports.tus import TusFiles
from sync.wire import codec
from sync.wire.messages import Receipt
from sync.wire.service import CARRIED, OpenReply

_PLACE: Final = "courier/files"
_PIECE_BYTES: Final = 256 * 1024
_READ_BYTES: Final = 16 * 1024
_RANGE: Final = re.compile(r"bytes (\d{1,12})-\d{1,12}/(\d{1,12})", re.ASCII)
_LINE_BROKE: Final = frozenset({SyncErrorKind.OFFLINE, SyncErrorKind.UNANSWERED})


def carry(http: HttpService, token: str, file: BinaryIO, open_reply: OpenReply) -> Receipt | None:
    """Hand a file in; None where the centre is older and takes none in pieces.

    What has arrived of the file stays there, and what came of the reply stays here: the next call
    goes on behind both.

    Raises:
        CourierRefused: the centre does not take it.
        SyncError: as any exchange.
    """
    tus = TusFiles(http, name=_PLACE)
    sha256, size = _digest(file), file.seek(0, os.SEEK_END)
    whole = Transfer(errand=Errand.UPLOAD, sha256=sha256, case_id=CaseId(0), size=size)
    try:
        url, at = tus.begin(token, whole, b"")
    except FileRefused as refused:
        if refused.code == "file.gone":
            return None
        raise _told(refused) from refused
    try:
        while at < size:
            file.seek(at)
            at = tus.append(token, url, at, file.read(_PIECE_BYTES))
        receipt = _take_in(http, token, url)
        with open_reply(receipt.name) as reply:
            if not receipt.sha256:  # an older centre's: nothing would tell a half that was spoilt
                reply.truncate(0)
            _fetch(http, token, f"{url}/reply", reply)
            _check(receipt, reply)
    except FileRefused as refused:
        raise _told(refused) from refused
    with suppress(SyncError, FileRefused):  # the centre forgets it by itself, later
        tus.end(token, url)
    return receipt


def _take_in(http: HttpService, token: str, url: str) -> Receipt:
    with http.raw("POST", f"{url}/reply", token=token, headers={}) as answer:
        if answer.status_code == HTTPStatus.OK:
            return codec.decode(answer.content, Receipt)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise FileRefused("file.gone")
        raise refusal_of(answer)


def _fetch(http: HttpService, token: str, url: str, reply: BinaryIO) -> None:
    """Fetch what is missing of the reply, as long as each request brings some of it."""
    at = reply.seek(0, os.SEEK_END)
    size = at + 1  # how much there is to come is told with the first piece
    while at < size:
        headers = {"Range": f"bytes={at}-", "Accept-Encoding": "identity"}
        try:
            with http.raw("GET", url, token=token, headers=headers) as answer:
                if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    return  # all of it is here
                size = _whole_size(answer, at)
                while piece := answer.raw.read(_READ_BYTES, decode_content=False):
                    reply.write(piece)
        except SyncError as error:
            if error.kind not in _LINE_BROKE or reply.tell() == at:
                raise
        at = reply.tell()


def _whole_size(answer: requests.Response, at: int) -> int:
    """Return how large the reply is, of which the answer brings what is behind a place."""
    if answer.status_code != HTTPStatus.PARTIAL_CONTENT or content_type_of(answer) != CARRIED:
        raise refusal_of(answer)
    told = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if told is None or int(told[1]) != at:
        raise SyncError(SyncErrorKind.MALFORMED, reason="foreign", missing="Content-Range")
    return int(told[2])


def _check(receipt: Receipt, reply: BinaryIO) -> None:
    """Make sure that the pieces are the reply; a power cut may have spoilt what came before it."""
    if receipt.sha256 and receipt.sha256 != _digest(reply):
        reply.truncate(0)
        raise SyncError(SyncErrorKind.UNANSWERED, reason="spoilt")


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def _told(refused: FileRefused) -> CourierRefused | SyncError:
    """Return what keeps a file from going, as whoever carries it knows it."""
    if refused.code == "file.too-large":
        return CourierRefused("courier.too-large")
    full = refused.code in {"file.quota", "file.no-room"}
    kind = SyncErrorKind.BUSY if full else SyncErrorKind.UNANSWERED
    return SyncError(kind, problem=refused.code)  # it goes on waiting here
