# SPDX-License-Identifier: AGPL-3.0-or-later
"""One time for the program, whatever this computer's clock says."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.timekeeping import (
    EARLIEST_MS,
    ClockState,
    Judgement,
    Reading,
    Remembered,
    Timekeeper,
    judge,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOT_KEPT = 15 * MINUTE
"""What is remembered across a restart may be older than what was certain by so much."""
NOON = 1_795_500_000_000


@dataclass(slots=True)
class Machine:
    """A computer whose clocks a test sets; ``truth`` is the centre's time."""

    truth: int = NOON
    wall: int = NOON
    running: int | None = 5 * HOUR
    boot: str = "run-1"
    zone_min: int | None = None
    kept: list[Remembered] = field(default_factory=list)

    def read(self) -> Reading:
        """Look at the clocks."""
        if self.running is None:
            return Reading(wall=self.wall, zone_min=self.zone_min)
        return Reading(wall=self.wall, running=self.running, boot=self.boot, zone_min=self.zone_min)

    def keeper(self) -> Timekeeper:
        """Start the program."""
        return Timekeeper(self.read, self.kept[-1] if self.kept else None, self.kept.append)

    def hear(self, keeper: Timekeeper) -> None:
        """Let the centre say what time it is."""
        keeper.heard(self.truth - keeper.now())

    def pass_time(self, ms: int) -> None:
        """Let everything go on."""
        self.truth += ms
        self.wall += ms
        if self.running is not None:
            self.running += ms

    def switch_on_again(self, wall: int | None = None) -> Timekeeper:
        """Switch off and on; perhaps the clock stands somewhere else then."""
        self.boot += "x"
        if self.running is not None:
            self.running = MINUTE
        if wall is not None:
            self.wall = wall
        return self.keeper()


@pytest.fixture(params=[5 * HOUR, None], ids=["running time known", "wall clock only"])
def machine(request: pytest.FixtureRequest) -> Machine:
    """A computer whose clock is right, with and without a count of its running time."""
    return Machine(running=request.param)


def state(keeper: Timekeeper) -> ClockState:
    """Return what is wrong."""
    return keeper.judgement().state


def test_before_the_first_contact_nothing_is_known(machine: Machine) -> None:
    """There is nothing to compare with, so nothing is claimed."""
    keeper = machine.keeper()
    assert (ClockState.UNKNOWN, NOON) == (state(keeper), keeper.now())
    assert not state(keeper).is_verified


def test_a_clock_from_before_this_program_is_never_right(machine: Machine) -> None:
    """1970 and 2000 are what a computer with a flat battery tells at its first start."""
    for wall in (0, 946_684_800_000, EARLIEST_MS - 1):
        machine.wall = wall
        assert state(machine.keeper()) is ClockState.BACK


def test_a_known_difference_is_made_up_for(machine: Machine) -> None:
    """A clock that is off tells the right time once the centre was heard, also after a restart."""
    machine.wall += 3 * DAY + 17 * MINUTE
    keeper = machine.keeper()
    machine.hear(keeper)
    machine.pass_time(2 * HOUR)
    again = machine.switch_on_again()
    for each in (keeper, again):
        assert (ClockState.OFF, machine.truth) == (state(each), each.now())
        assert state(each).is_verified


@pytest.mark.parametrize("hours", [-7, -1, 1, 2, 7.5, 9])
def test_whole_hours_are_a_wrong_zone(machine: Machine, hours: float) -> None:
    """Who sets the clock by hand in a wrong zone is off by hours, and the advice is another."""
    machine.wall += int(hours * HOUR) + 20_000
    keeper = machine.keeper()
    machine.hear(keeper)
    assert state(keeper) is ClockState.ZONE


def test_a_zone_outside_the_country_is_told(machine: Machine) -> None:
    """The time is right and would still be shown wrongly."""
    keeper = machine.keeper()
    machine.hear(keeper)
    for zone_min, expected in ((420, "right"), (540, "right"), (0, "zone-name")):
        machine.zone_min = zone_min
        assert expected == state(keeper)


def test_a_clock_that_is_set_while_running_changes_nothing() -> None:
    """The machine knows how long it has been running, so a jump is seen and made up for."""
    machine = Machine()
    keeper = machine.keeper()
    machine.hear(keeper)
    for jump in (-40 * 365 * DAY, 80 * 365 * DAY, 2 * DAY):
        machine.wall = NOON + jump
        machine.pass_time(HOUR)
        for each in (keeper, machine.keeper()):
            assert (ClockState.OFF, machine.truth) == (state(each), each.now())


def test_a_clock_that_is_put_right_is_right() -> None:
    """After a wrong clock was set right by hand, there is nothing to say."""
    machine = Machine(wall=NOON - 3 * DAY)
    keeper = machine.keeper()
    machine.hear(keeper)
    machine.wall = machine.truth
    assert (ClockState.RIGHT, NOON) == (state(keeper), keeper.now())
    keeper.observe()
    again = machine.switch_on_again()
    assert (ClockState.RIGHT, NOON) == (state(again), again.now())


@pytest.mark.parametrize("wall", [0, 946_684_800_000, NOON - DAY])
def test_a_flat_battery_is_found_out_at_the_next_start(machine: Machine, wall: int) -> None:
    """Time cannot be before what has been; until the centre is heard it is not verified."""
    keeper = machine.keeper()
    machine.hear(keeper)
    again = machine.switch_on_again(wall)
    assert (ClockState.BACK, NOON) == (state(again), again.now())
    machine.pass_time(MINUTE)
    machine.hear(again)
    assert state(again).is_verified
    assert machine.truth == again.now()


def test_years_ahead_without_a_contact_are_not_believed(machine: Machine) -> None:
    """Nobody is away for longer than the longest silence; the floor is not raised by it either."""
    keeper = machine.keeper()
    machine.hear(keeper)
    ahead = machine.switch_on_again(NOON + 400 * DAY)
    ahead.observe()
    assert state(ahead) is ClockState.AHEAD
    back = machine.switch_on_again(NOON + DAY)
    assert (ClockState.RIGHT, NOON + DAY) == (state(back), back.now())


def test_weeks_without_a_contact_are_believed(machine: Machine) -> None:
    """A field officer may be away for a month."""
    keeper = machine.keeper()
    machine.hear(keeper)
    machine.pass_time(30 * DAY)
    again = machine.switch_on_again()
    assert (ClockState.RIGHT, machine.truth) == (state(again), again.now())


def test_little_is_written(machine: Machine) -> None:
    """Hearing the centre every minute does not write every minute."""
    keeper = machine.keeper()
    for _ in range(60):
        machine.hear(keeper)
        machine.pass_time(MINUTE)
    assert 10 > len(machine.kept)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20 * DAY),
            st.integers(-60 * 365 * DAY, 60 * 365 * DAY) | st.just(0),
            st.sampled_from(["go on", "restart", "switch on again", "hear"]),
        ),
        max_size=20,
    ),
    st.booleans(),
)
def test_no_history_of_a_clock_breaks_it(
    history: list[tuple[int, int, str]], counts_running: bool
) -> None:
    """After the centre was heard the time is the centre's, and what is verified never runs back."""
    machine = Machine(running=HOUR if counts_running else None)
    keeper = machine.keeper()
    certain = 0
    for passed, jump, event in history:
        machine.pass_time(passed)
        machine.wall = max(0, machine.wall + jump)
        if event == "hear":
            machine.hear(keeper)
            assert machine.truth == keeper.now()
            certain = 0
        elif event == "restart":
            keeper.observe()
            keeper = machine.keeper()
        elif event == "switch on again":
            keeper.observe()
            keeper = machine.switch_on_again()
        keeper.observe()
        found: Judgement = keeper.judgement()
        if found.state.is_verified:
            assert certain - NOT_KEPT <= found.now
            certain = found.now


def test_a_reading_without_memory_is_judged_by_itself() -> None:
    """The pure rule, as the documentation has it."""
    assert Judgement(now=NOON, state=ClockState.UNKNOWN, offset=0) == judge(
        Reading(wall=NOON), None
    )


@pytest.mark.parametrize(
    ("zone_min", "hour"), [(420, 20), (480, 21), (540, 22), (0, 20), (None, 20)]
)
def test_the_hour_is_that_of_the_office(zone_min: int | None, hour: int) -> None:
    """WIB, WITA or WIT as the computer is set, WIB for any other; by the corrected clock."""
    truth = NOON // DAY * DAY + 13 * HOUR
    machine = Machine(truth=truth, wall=truth - 5 * HOUR, zone_min=zone_min)
    keeper = machine.keeper()
    keeper.heard(truth - keeper.now())
    assert hour == keeper.office_hour()
