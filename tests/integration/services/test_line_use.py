# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of the line a desk uses: as the officer chose, as was measured, and not at all."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

import pytest
from typing_extensions import override

from sync.cases.commands import Note
from sync.cases.ids import CaseId
from sync.engine.backoff import LONGEST_S
from sync.engine.budget import Errand, LineMode
from sync.engine.forecast import Forecast
from sync.engine.line import Crossing, LineEstimate, LineMeter
from sync.engine.loop import POLL_S
from sync.engine.status import SyncStatus
from sync.services.desk import Desk
from sync.services.line_use import POLL_S as POLLS
from sync.services.session import SignIn
from sync.store.line_notes import BELIEVED_MS
from sync.transports.bodies import packed
from sync.wire import codec
from sync.wire.messages import SyncReply, SyncRequest
from tests.simulation.link import Fault, Link
from tests.support.central import PASSWORD, Office
from tests.support.desks import SERVER, Workplace
from tests.support.keyring import MemoryKeyring

SATELLITE = Crossing(sent_bytes=300, received_bytes=33_400, answered_s=0.6, finished_s=4.6)
"""8,000 bytes a second."""


def _measure(place: Workplace) -> None:
    """Let the line be measured by one page, and an exchange take note of it."""
    place.desk.line.meter.crossed(SATELLITE)
    place.sync()


def _reopened(place: Workplace) -> Workplace:
    place.desk.close()
    place.desk = place.door.open(place.desk.profile)
    return place


def test_an_unmeasured_line_is_used_fully(place: Workplace) -> None:
    """It is looked at once a minute, and the desk would listen."""
    usage = place.desk.line.usage()
    assert (LineMode.FULL, None, POLL_S) == (usage.mode, usage.chosen, usage.poll_s)
    assert place.desk.line.may_listen


def test_a_poor_line_is_spared_by_itself(place: Workplace) -> None:
    """At 64 kbit/s the desk looks every five minutes and keeps no stream open."""
    _measure(place)
    assert LineMode.LEAN is place.desk.line.mode
    assert not place.desk.line.may_listen
    assert pytest.approx(POLLS[LineMode.LEAN], rel=0.11) == place.desk.synchronizer.next_wait_s()


def test_what_was_measured_is_known_at_the_next_start(place: Workplace) -> None:
    """The first exchange of the day is estimated, not guessed."""
    _measure(place)
    line = _reopened(place).desk.line
    assert pytest.approx(8_000) == line.estimate.down(0)
    assert LineMode.LEAN is line.mode


def test_what_was_measured_long_ago_is_not_believed(place: Workplace) -> None:
    """Another line, or another place; a week later nobody knows."""
    _measure(place)
    assert place.desk.line.estimate == place.desk.store.line_notes.estimate(place.desk.time.now())
    later = place.desk.time.now() + BELIEVED_MS
    assert LineEstimate() == place.desk.store.line_notes.estimate(later)
    assert LineEstimate() != place.desk.store.line_notes.estimate(later - 1)


@pytest.mark.parametrize("mode", LineMode)
def test_what_the_officer_chose_holds_and_is_remembered(place: Workplace, mode: LineMode) -> None:
    """Whatever the line can do."""
    place.desk.line.choose(mode)
    _measure(place)
    assert (mode, mode) == (place.desk.line.mode, _reopened(place).desk.line.mode)


def test_the_choice_can_be_left_to_the_program_again(place: Workplace) -> None:
    """Then what is measured decides."""
    place.desk.line.choose(LineMode.OFF)
    place.desk.line.choose(None)
    assert LineMode.FULL is _reopened(place).desk.line.mode


def test_off_means_that_nothing_happens_unasked(place: Workplace, case_id: CaseId) -> None:
    """Not even for new work; the officer who asks gets one exchange."""
    place.desk.line.choose(LineMode.OFF)
    place.act(case_id, Note(text="Nanti."))
    place.desk.synchronizer.nudge()
    assert LONGEST_S == place.desk.synchronizer.next_wait_s()
    assert 0 == place.sync().exchanges
    place.desk.synchronizer.try_now()
    assert 0 == place.desk.synchronizer.next_wait_s()
    assert 1 == place.sync().settled
    assert LONGEST_S == place.desk.synchronizer.next_wait_s()


def test_a_pause_ends_a_run_after_the_page_that_is_coming(place: Workplace) -> None:
    """And when the officer goes on, the rest comes at once."""
    place.office.add_cases([{"text": "Panjang. " * 800} for _ in range(40)])
    pages = 0

    def pause(_: object) -> None:
        nonlocal pages
        pages += 1
        place.desk.line.pause()

    place.desk.synchronizer.run_once(pause, lambda _: None, lambda: False)
    assert (1, LONGEST_S) == (pages, place.desk.synchronizer.next_wait_s())
    place.desk.line.resume()
    assert 0 == place.desk.synchronizer.next_wait_s()
    place.sync()
    assert 41 == len(place.desk.inbox.rows([CaseId(n) for n in range(1, 60)]))


def test_a_pause_does_not_outlive_the_program(place: Workplace) -> None:
    """Nobody wonders on Monday why nothing comes."""
    place.desk.line.pause()
    assert not _reopened(place).desk.line.rests


def test_asking_ends_a_pause(place: Workplace) -> None:
    """Who asks for an exchange wants one."""
    place.desk.line.pause()
    place.desk.synchronizer.try_now()
    assert not place.desk.line.rests


def test_what_waits_is_estimated_before_it_is_sent(place: Workplace, case_id: CaseId) -> None:
    """In bytes at once, in time as soon as the line was measured; nothing when all is said."""
    assert place.desk.synchronizer.status().forecast is None
    place.act(case_id, Note(text="Sudah ditelepon. " * 40))
    unmeasured = place.desk.synchronizer.status().forecast
    assert unmeasured is not None
    assert unmeasured.seconds is None
    place.sync(Fault.OFFLINE)
    place.desk.line.meter.crossed(SATELLITE)
    forecast = place.desk.synchronizer.status().forecast
    assert forecast is not None
    assert forecast.seconds == pytest.approx(0.6 + forecast.bytes / 8_000, rel=1e-3)
    place.sync()
    assert place.desk.synchronizer.status().forecast is None


def test_a_backlog_is_estimated_while_it_comes_and_after_a_break(place: Workplace) -> None:
    """From the first page on the officer reads how much news there is, ever less of it."""
    cases = place.office.add_cases([{} for _ in range(300)])
    place.sync()
    for case in cases:
        place.office.citizen_replies(case.id, "Sampai hari ini belum ada yang datang. " * 40)
    _reopened(place).statuses.clear()
    assert place.sync(Fault.NONE, Fault.UNANSWERED).failure
    broken = place.statuses[-1].forecast
    place.sync()
    told = [status.forecast.cases for status in place.statuses if status.forecast is not None]
    assert broken is not None
    assert told[0] == broken.cases > 100
    assert told == sorted(told, reverse=True)
    assert len(set(told)) > 1
    assert place.statuses[-1].forecast is None


def test_evidence_goes_by_night_over_a_line_that_carries_words_only(place: Workplace) -> None:
    """It would wait for ever for a better one; whoever has chosen words only meant it."""
    poor = Crossing(sent_bytes=300, received_bytes=9_400, answered_s=2.0, finished_s=10.0)
    place.desk.line.meter.crossed(poor)
    place.sync()
    assert LineMode.TEXT_ONLY is place.desk.line.mode
    pieces = []
    for _hour in range(24):
        place.office.clock.advance(3_600)
        pieces.append(place.desk.line.piece_bytes(Errand.UPLOAD))
        assert 0 == place.desk.line.piece_bytes(Errand.THUMBNAIL)
    assert 10 == sum(piece > 0 for piece in pieces)
    place.desk.line.choose(LineMode.TEXT_ONLY)
    place.office.clock.advance(next(n for n, piece in enumerate(pieces, 1) if piece) * 3_600)
    assert 0 == place.desk.line.piece_bytes(Errand.UPLOAD)


class Satellite(Link):
    """A line of 64 kbit/s and 600 ms, in virtual time, measured as a real one is."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.centre)
        self._clock = office.clock
        self.meter = LineMeter()

    @override
    def sync(self, access_token: str, request: SyncRequest) -> SyncReply:
        reply = super().sync(access_token, request)
        up, down = (len(packed(codec.encode(each))[0]) + 220 for each in (request, reply))
        first = min(down, 1_400)
        answered_s, rest_s = 0.6 + (up + first) / 8_000, (down - first) / 8_000
        self._clock.advance(answered_s + rest_s)
        self.meter.crossed(
            Crossing(
                sent_bytes=up,
                received_bytes=down,
                answered_s=answered_s,
                finished_s=answered_s + rest_s,
            )
        )
        return reply


@pytest.mark.parametrize("words", [20, 150], ids=["short", "long"])
def test_what_is_said_to_be_still_to_come_is_true_within_a_factor_of_two(
    office: Office, tmp_path: Path, words: int
) -> None:
    """Before and while a backlog comes, and before and while a day's own work goes."""
    cases = office.add_cases([{} for _ in range(150)])
    line = Satellite(office)
    door = SignIn(
        tmp_path, lambda _: line, MemoryKeyring(), office.clock, lambda: str(uuid.uuid4())
    )
    desk = door.sign_in(SERVER, "agus", PASSWORD)
    assert desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False).failure is None
    for case in cases:
        office.citizen_replies(case.id, _some_words(case.id, words))
    _forecasts_hold(office, desk)
    for case in cases[:40]:
        desk.casework.act(case.id, Note(text=_some_words(-case.id, words)), 2)
    assert _forecasts_hold(office, desk)
    desk.close()


def _some_words(seed: int, count: int) -> str:
    chance = random.Random(seed)
    return " ".join(
        f"{chance.choice('bcdfgklmnprst')}a{chance.randrange(900)}" for _ in range(count)
    )


def _forecasts_hold(office: Office, desk: Desk) -> list[Forecast]:
    """Exchange, and compare all that was said of what is still to come with what then came."""
    said: list[tuple[float, Forecast]] = []

    def note(status: SyncStatus) -> None:
        if status.forecast is not None:
            said.append((office.clock() / 1000, status.forecast))

    note(desk.synchronizer.status())
    desk.synchronizer.run_once(lambda _: None, note, lambda: False)
    told = [(office.clock() / 1000 - at, forecast) for at, forecast in said]
    for left_s, forecast in told:
        assert forecast.seconds is not None
        assert left_s / 2 <= forecast.seconds <= 2 * left_s or left_s < 2, told
    return [forecast for _left, forecast in told]


def test_a_metered_network_is_spared_unless_the_officer_says_otherwise(place: Workplace) -> None:
    """It costs somebody money: looked at every five minutes, and no stream is kept open."""
    line = place.desk.line
    line.know_metered(metered=True)
    assert (LineMode.LEAN, True) == (line.mode, line.usage().metered)
    assert not line.may_listen
    line.choose(LineMode.TEXT_ONLY)
    assert (LineMode.TEXT_ONLY, True) == (line.mode, line.is_dear)
    line.choose(LineMode.FULL)
    assert (LineMode.FULL, False) == (line.mode, line.is_dear)
    line.choose(None)
    line.know_metered(metered=False)
    assert (LineMode.FULL, False) == (line.mode, line.is_dear)


def test_a_network_that_came_back_does_not_end_a_pause(place: Workplace, case_id: CaseId) -> None:
    """It is tried at once after failures; but where the officer wants quiet, it is quiet."""
    place.act(case_id, Note(text="Nanti."))
    assert place.sync(Fault.OFFLINE).failure
    assert place.desk.synchronizer.next_wait_s() > 1
    place.desk.synchronizer.network_came_back()
    assert 0 == place.desk.synchronizer.next_wait_s()
    place.desk.line.pause()
    place.desk.synchronizer.network_came_back()
    assert LONGEST_S == place.desk.synchronizer.next_wait_s()
    assert 0 == place.sync().exchanges
