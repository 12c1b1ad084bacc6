# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who listens is told that there is something, and only who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest
from sqlalchemy import Connection

from sync.cases.access import Role
from sync.cases.commands import Note
from sync.cases.events import Noted
from sync.cases.ids import CaseId
from sync.central.announcing import Announcer, Signal
from sync.central.database import Database
from sync.central.recording import Fact
from tests.support.central import UNIT_A, UNIT_B, Device, Office
from tests.support.central import running_server as served


class Stream:
    """An open stream of one device, read line by line as it comes."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next_event(self) -> str:
        """Return the name of the next event; empty when the stream has ended."""
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "event":
                return value
            assert name in {"", "data"}, line
            assert value in {"", "{}"}, "an announcement carries nothing"
        return ""


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Serve the office."""
    with served(office) as address:
        yield address


@pytest.fixture
def elsewhere(database_url: str, office: Office) -> Iterator[Database]:
    """Be another process that has the same database open."""
    database = Database(database_url)
    yield database
    database.close()


@contextmanager
def listening(address: str, device: Device) -> Iterator[Stream]:
    """Listen as a device, past the greeting that says that the stream is open."""
    headers = {"Authorization": f"Bearer {device.access_token}"}
    with (
        httpx.Client(trust_env=False, timeout=30) as client,
        client.stream("GET", f"{address}/v1/changes", headers=headers) as response,
    ):
        stream = Stream(response)
        assert (200, "heartbeat") == (response.status_code, stream.next_event())
        yield stream


def test_another_officers_entry_is_announced(office: Office, address: str) -> None:
    """Wati writes a note in Agus's unit: his device is told, and finds it when it exchanges."""
    case_id = office.add_case().id
    agus, wati = office.device("agus"), office.device("wati")
    agus.follow()
    wati.follow()
    with listening(address, agus) as stream:
        wati.do(case_id, Note(text="Sudah ditelepon."))
        assert "changes" == stream.next_event()
    agus.exchange()
    assert "noted" == agus.history(case_id)[-1].kind


def test_what_goes_on_in_other_units_is_not_announced(office: Office, address: str) -> None:
    """Sari's unit is no business of Agus: only the news of his own unit reach him."""
    agus, sari = office.device("agus"), office.device("sari")
    with listening(address, agus) as his, listening(address, sari) as hers:
        office.add_case(UNIT_B)
        assert "changes" == hers.next_event()
        office.add_case(UNIT_A)
        assert "changes" == his.next_event()
        office.add_case(UNIT_A)
        assert "changes" == his.next_event()  # three cases, two of them his: two announcements


def test_a_case_that_leaves_is_announced_to_both(office: Office, address: str) -> None:
    """The unit that loses it must let go of it as soon as the other can have it."""
    case_id = office.add_case(UNIT_A).id
    with (
        listening(address, office.device("agus")) as his,
        listening(address, office.device("sari")) as hers,
    ):
        office.dispose(case_id, UNIT_B)
        assert ("changes", "changes") == (his.next_event(), hers.next_event())


def test_a_device_is_not_told_of_what_it_did_itself(office: Office, address: str) -> None:
    """It knows; but the officer's other device is told."""
    case_id = office.add_case().id
    laptop, desktop = office.device("agus"), office.device("agus")
    laptop.follow()
    with listening(address, laptop) as own, listening(address, desktop) as other:
        laptop.do(case_id, Note(text="Dari laptop."))
        assert "changes" == other.next_event()
        desktop.follow()
        desktop.do(case_id, Note(text="Dari meja."))
        assert "changes" == own.next_event()
        laptop.follow()
    assert ["Dari laptop.", "Dari meja."] == [e.data["text"] for e in laptop.history(case_id)]


def test_another_process_commits_and_this_one_tells(
    office: Office, address: str, elsewhere: Database
) -> None:
    """An import, a second worker: the centre hears of it from the database, after the commit."""
    case_id = office.add_case().id
    agus = office.device("agus")
    agus.follow()
    with listening(address, agus) as stream:
        with elsewhere.write() as connection:
            record(office, connection, case_id)
        assert "changes" == stream.next_event()
    agus.exchange()
    assert "noted" == agus.history(case_id)[-1].kind


def test_a_new_colleague_is_announced_to_everybody(office: Office, address: str) -> None:
    """Units and officers are reference data of all devices."""
    with listening(address, office.device("sari")) as stream:
        office.add_officer("budi", Role.LIAISON, UNIT_A)
        assert "changes" == stream.next_event()


def test_nothing_is_news_before_it_can_be_seen(office: Office, elsewhere: Database) -> None:
    """Neither while a transaction is open nor after it was rolled back."""
    case_id = office.add_case().id
    newsroom = office.centre.newsroom
    agus = newsroom.admit(office.device("agus").access_token)
    before = agus.head
    with suppress(ZeroDivisionError), elsewhere.write() as connection:
        record(office, connection, case_id)
        assert not newsroom.since(before).concern(agus)
        raise ZeroDivisionError
    assert not newsroom.since(before).concern(agus)
    with elsewhere.write() as connection:
        record(office, connection, case_id)
    assert newsroom.since(before).concern(agus)
    assert not newsroom.since(newsroom.since(before).head).concern(agus)


@pytest.mark.parametrize("authorization", [None, "Bearer salah", "Basic YWd1czpyYWhhc2lh"])
def test_who_is_not_signed_in_hears_nothing(address: str, authorization: str | None) -> None:
    """The answer is the one of every other call."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = httpx.get(f"{address}/v1/changes", headers=headers, trust_env=False)
    assert (401, "token-expired") == (answer.status_code, answer.json()["code"])


def test_a_revoked_device_may_not_listen(office: Office, address: str) -> None:
    """It is told so."""
    agus = office.device("agus")
    office.administration.revoke_device(agus.id, office.clock())
    headers = {"Authorization": f"Bearer {agus.access_token}"}
    answer = httpx.get(f"{address}/v1/changes", headers=headers, trust_env=False)
    assert (403, "device-revoked") == (answer.status_code, answer.json()["code"])


def test_a_server_that_stops_does_not_wait_for_those_who_listen(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Their streams end; none had to be cancelled when patience was over."""
    with ExitStack() as stack:
        address = stack.enter_context(served(office))
        with listening(address, office.device("agus")) as stream:
            stack.close()
            assert "" == stream.next_event()
    assert "timeout graceful shutdown exceeded" not in caplog.text


def test_a_quiet_stream_beats(office: Office) -> None:
    """So that both ends know that the line is alive."""
    heard = listened(office, office.device("agus"), lambda _: None, wanted=3)
    assert 3 * [Signal.HEARTBEAT] == heard


def test_the_stream_of_a_revoked_device_ends(office: Office) -> None:
    """Within a heartbeat; whoever lost the access hears nothing more."""
    agus = office.device("agus")

    def revoke(_: Announcer) -> None:
        office.administration.revoke_device(agus.id, office.clock())

    assert [] == changes_in(listened(office, agus, revoke))


def test_the_stream_of_an_expired_token_ends(office: Office) -> None:
    """The device renews its sign-in and listens again."""
    heard = listened(office, office.device("agus"), lambda _: office.clock.advance(86_400))
    assert [] == changes_in(heard)


def test_a_device_that_listens_twice_is_heard_once(office: Office) -> None:
    """Its first stream is half-open, most likely: it ends."""
    agus = office.device("agus")

    async def both() -> list[Signal]:
        announcer = Announcer(office.centre.newsroom, heartbeat_s=60)
        admission = await announcer.admit(agus.access_token)
        first = announcer.signals(agus.access_token, admission)
        second = announcer.signals(agus.access_token, admission)
        heard = [await anext(first), await anext(second)]
        heard += [signal async for signal in first]
        await second.aclose()
        return heard

    assert [Signal.HEARTBEAT, Signal.HEARTBEAT] == asyncio.run(both())


def listened(
    office: Office, device: Device, then: Callable[[Announcer], None], *, wanted: int | None = None
) -> list[Signal]:
    """Listen with hasty heartbeats: until the stream ends, or so many signals were heard."""

    async def hear() -> list[Signal]:
        announcer = Announcer(office.centre.newsroom, heartbeat_s=0.02)
        admission = await announcer.admit(device.access_token)
        signals = announcer.signals(device.access_token, admission)
        heard = [await anext(signals)]
        then(announcer)
        async with asyncio.timeout(30):
            async for signal in signals:
                heard.append(signal)
                if len(heard) == wanted:
                    break
        await signals.aclose()
        return heard

    return asyncio.run(hear())


def changes_in(heard: list[Signal]) -> list[Signal]:
    """Return what was announced."""
    return [signal for signal in heard if signal is Signal.CHANGES]


def record(office: Office, connection: Connection, case_id: CaseId) -> None:
    """Write a note of the system in a transaction of the test's."""
    fact = Fact(body=Noted(text="Dari proses lain."), at=office.clock())
    office.recorder.record(connection, {case_id: [fact]})
