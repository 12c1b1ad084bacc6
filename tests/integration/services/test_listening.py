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
from sync.engine.listening import SHORT_STREAMS, Listening
from sync.services.desk import Desk
from sync.services.listening import Listener
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.central import PASSWORD, Office, running_server
from tests.support.desks import Workplace
from tests.support.faults import FaultProxy
from tests.support.keyring import MemoryKeyring

PATIENCE_S = 30.0


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Iterator[Desk]:
    """Agus's desk with a line to a real server."""
    with running_server(office) as url:
        desk = _door(office, tmp_path).sign_in(url, "agus", PASSWORD)
        yield desk
        desk.close()


def _door(office: Office, folder: Path) -> SignIn:
    return SignIn(
        folder / "computer", HttpService, MemoryKeyring(), office.clock, lambda: str(uuid.uuid4())
    )


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


def test_a_proxy_that_hands_on_no_stream_is_noticed_and_asking_takes_over(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """News come by asking once a minute all along, and the officer is told why not at once."""
    monkeypatch.setattr("sync.services.listening.PATIENCE_S", 0.1)
    with running_server(office) as url, FaultProxy(int(url.rpartition(":")[2])) as proxy:
        proxy.hold_streams()
        desk = _door(office, tmp_path).sign_in(proxy.url, "agus", PASSWORD)
        _sync(desk)
        for _ in range(SHORT_STREAMS):
            assert (False, 60.0) == (desk.line.usage().held_back, desk.line.poll_s())
            desk.listener.listen(lambda: None, lambda: False)
        assert (True, 60.0) == (desk.line.usage().held_back, desk.line.poll_s())
        case = office.add_case()
        _sync(desk)
        assert desk.inbox.case(case.id) is not None
        desk.close()


def test_a_centre_that_cannot_be_listened_to_is_only_asked(
    place: Workplace, case_id: CaseId
) -> None:
    """Polling stays the way that always works."""
    listening = Listening(lambda: 0.0, lambda: 0.0)
    listener = Listener(None, place.desk.tokens, listening, lambda: True)
    assert listener.next_wait_s() is None
    listener.listen(lambda: None, lambda: False)
    place.sync()
    assert case_id == place.case(case_id).case.id
