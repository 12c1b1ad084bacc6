# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk whose centre answers nonsense, over HTTP: named rightly, nothing lost or done twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import zstandard

from sync.cases.commands import Respond, words_of
from sync.cases.ids import CaseId
from sync.cases.projection import Delivery
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.desks import Workplace
from tests.support.rawserver import RawServer, http

WORDS = "Lampu sudah diganti."


def _problem(status: str, code: str) -> bytes:
    body = {"type": f"tanggap:{code}", "title": code, "status": int(status[:3]), "code": code}
    return http(json.dumps(body).encode(), status=status, content_type="application/problem+json")


@contextmanager
def _talking_to(place: Workplace, server: RawServer) -> Iterator[None]:
    """Let the computer reach this server in the place of the centre."""
    place.desk.close()
    door = SignIn(
        place.desk.profile.folder.parent,
        lambda _server: HttpService(server.url),
        place.keyring,
        place.office.clock,
        lambda: str(uuid.uuid4()),
    )
    place.desk = door.open(place.desk.profile)
    yield
    place.desk.close()
    place.desk = place.door.open(place.desk.profile)


@pytest.mark.parametrize(
    ("answer", "problem", "delivery"),
    [
        (
            http(b"<html>Masuk ke WiFi", content_type="text/html"),
            "sync.malformed.portal",
            Delivery.UNKNOWN,
        ),
        (http(b'{"now":1,"verd'), "sync.malformed", Delivery.UNKNOWN),
        (http(b'{"now":1,"cursor":7}'), "sync.malformed", Delivery.UNKNOWN),
        (
            http(zstandard.compress(b" " * 100_000_000), headers="content-encoding: zstd\r\n"),
            "sync.too-large",
            Delivery.UNKNOWN,
        ),
        (_problem("500 Internal Server Error", "internal"), "sync.server", Delivery.UNKNOWN),
        (http(b"", status="502 Bad Gateway"), "sync.server", Delivery.UNKNOWN),
        (None, "sync.unanswered", Delivery.UNKNOWN),
        (_problem("429 Too Many Requests", "busy"), "sync.busy", Delivery.UNKNOWN),
        (_problem("503 Service Unavailable", "busy"), "sync.busy", Delivery.UNKNOWN),
        (_problem("426 Upgrade Required", "client-too-old"), "sync.version", Delivery.STORED),
        (_problem("403 Forbidden", "device-revoked"), "sync.revoked", Delivery.STORED),
        (_problem("401 Unauthorized", "token-expired"), "sync.auth", Delivery.STORED),
    ],
    ids=[
        *("portal", "half a page", "wrong type", "huge", "fault", "gateway", "silence"),
        *("throttled", "busy", "too old", "revoked", "expired"),
    ],
)
def test_a_bad_answer_costs_nothing_but_time(
    place: Workplace, case_id: CaseId, answer: bytes | None, problem: str, delivery: Delivery
) -> None:
    """The reason is known, the work is kept as what it is, and arrives once when all is well."""
    command_id = place.act(case_id, Respond(text=WORDS))
    with RawServer(answer) as server, _talking_to(place, server):
        place.sync()
        assert (problem, delivery, WORDS) == (
            place.statuses[-1].problem,
            place.item(command_id).delivery,
            words_of(place.item(command_id).command.body),
        )
    place.sync()
    facts = [entry.event.command_id for entry in place.case(case_id).entries]
    assert [command_id] == facts


def test_verdicts_on_commands_nobody_sent_are_ignored(place: Workplace, case_id: CaseId) -> None:
    """A centre that talks of strangers does not disturb the queue."""
    command_id = place.act(case_id, Respond(text=WORDS))
    reply = {"now": place.office.clock(), "verdicts": [{"id": "asing", "verdict": "accepted"}]}
    with RawServer(http(json.dumps(reply).encode())) as server, _talking_to(place, server):
        place.sync()
        assert place.item(command_id).delivery is Delivery.STORED
