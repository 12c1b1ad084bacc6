# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a desk does with announcements: exchange, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from sync.cases.ids import CaseId
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.central import PASSWORD, Office, running_server
from tests.support.desks import Workplace
from tests.support.keyring import MemoryKeyring

PATIENCE_S = 30.0


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Iterator[Desk]:
    """Agus's desk with a line to a real server."""
    with running_server(office) as url:
        door = SignIn(
            tmp_path / "computer",
            HttpService,
            MemoryKeyring(),
            office.clock,
            lambda: str(uuid.uuid4()),
        )
        desk = door.sign_in(url, "agus", PASSWORD)
        yield desk
        desk.close()


def _sync(desk: Desk) -> None:
    desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def test_news_lead_to_an_exchange_that_brings_them(office: Office, desk: Desk) -> None:
    """The first call is for what nobody announced, the second for the new case."""
    news: SimpleQueue[None] = SimpleQueue()
    _sync(desk)
    with ThreadPoolExecutor(1) as thread:
        listening = thread.submit(desk.listener.listen, lambda: news.put(None), lambda: False)
        news.get(timeout=PATIENCE_S)
        _sync(desk)
        case = office.add_case()
        news.get(timeout=PATIENCE_S)
        _sync(desk)
        assert desk.inbox.case(case.id) is not None
        assert desk.listener.is_live
        desk.listener.cancel()
        listening.result(PATIENCE_S)
    assert not desk.listener.is_live


def test_an_expired_sign_in_is_renewed_by_the_exchange_not_by_the_listener(
    office: Office, desk: Desk
) -> None:
    """A refresh token must not be used by two threads at once; the listener only asks."""
    asked: list[None] = []
    office.clock.advance(86_400)
    desk.listener.listen(lambda: asked.append(None), lambda: False)
    assert [None] == asked
    before = desk.tokens
    _sync(desk)
    assert desk.tokens is before
    news: SimpleQueue[None] = SimpleQueue()
    with ThreadPoolExecutor(1) as thread:
        listening = thread.submit(desk.listener.listen, lambda: news.put(None), lambda: False)
        news.get(timeout=PATIENCE_S)
        desk.listener.cancel()
        listening.result(PATIENCE_S)


def test_a_centre_that_cannot_be_listened_to_is_only_asked(
    place: Workplace, case_id: CaseId
) -> None:
    """Polling stays the way that always works."""
    assert place.desk.listener.next_wait_s() is None
    place.desk.listener.listen(lambda: None, lambda: False)
    place.sync()
    assert case_id == place.case(case_id).case.id
