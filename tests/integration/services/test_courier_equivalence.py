# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invariant 23: whatever mixture of network and sticks, in whatever order and how often, the
centre ends as by the network alone, and the device knows it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.cases.commands import Close, CommandBody, Note, Respond
from sync.cases.ids import CaseId
from sync.cases.views import OutboxItem
from sync.errors import Refused
from sync.services.courier import Imported
from tests.simulation.link import Fault
from tests.support.central import Office, embedded_centre
from tests.support.courier import take_in
from tests.support.desks import Workplace, a_workplace

ACTS: tuple[CommandBody, ...] = (
    Note(text="Catatan"),
    Respond(text="Tanggapan"),
    Close(text="Selesai"),
)
WAYS = ("act", "act", "export", "take-in", "import", "again", "network", "lost", "citizen")

step = st.tuples(st.sampled_from(WAYS), st.integers(0, 7))


class Mixture:
    """One officer, one case, a line that may fail and a drawer full of sticks."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.case_id = office.add_case().id
        self.place: Workplace = a_workplace(office, folder / "computer")
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.up: list[Path] = []
        self.down: list[bytes] = []
        self.order: list[str] = []

    def do(self, way: str, which: int) -> None:
        """Let one thing happen."""
        match way:
            case "act":
                self.office.clock.advance(1)
                with suppress(Refused):  # a case that is closed cannot be closed again
                    self.order.append(self.place.act(self.case_id, ACTS[which % len(ACTS)]))
            case "export":
                self.up.append(self.place.desk.courier.export(self.stick).path)
            case "take-in" | "again" if self.up:
                data = self.up[which % len(self.up)].read_bytes()
                self.down.append(take_in(self.office.centre.courier_desk, data)[1])
            case "import" if self.down:
                self.take(self.down[which % len(self.down)])
            case "network":
                self.place.sync()
            case "lost":
                self.place.sync(Fault.UNANSWERED)
            case "citizen":
                self.office.clock.advance(1)
                self.office.citizen_replies(self.case_id)
            case _:
                return

    def take(self, reply: bytes) -> None:
        """Take a reply in; an old one may not take anything away."""
        path = self.stick / "balasan.kurir"
        path.write_bytes(reply)
        before = self.place.case(self.case_id).confirmed.v
        assert isinstance(self.place.desk.courier.take(path), Imported)
        assert self.place.case(self.case_id).confirmed.v >= before

    def settle(self) -> None:
        """Let the network bring the rest."""
        self.place.sync()

    def facts(self) -> list[tuple[str, Any]]:
        """Return what the centre holds of the case: every act once, in the device's order."""
        watcher = self.office.device("wati")
        watcher.follow()
        return [(event.kind, event.command_id) for event in watcher.history(self.case_id)]


@contextmanager
def mixture() -> Iterator[Mixture]:
    folder = Path(tempfile.mkdtemp())
    office = embedded_centre(folder)
    made = Mixture(office, folder)
    try:
        yield made
    finally:
        made.place.desk.close()
        office.database.close()
        shutil.rmtree(folder)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(step, min_size=4, max_size=14))
def test_any_mixture_ends_like_the_network_alone(steps: list[tuple[str, int]]) -> None:
    with mixture() as mixed:
        for way, which in steps:
            mixed.do(way, which)
        mixed.settle()
        told = mixed.facts()
        by_command = [command for _, command in told if command is not None]
        assert len(by_command) == len(set(by_command))  # nothing twice
        assert by_command == [each for each in mixed.order if each in by_command]  # in order
        items = {item.command.id: item for item in mixed.place.desk.inbox.outbox()}
        assert set(items) == set(mixed.order)  # nothing lost
        assert {each for each in items if _is_accepted(items[each])} == set(by_command)
        # What is not answered waits for the officer's decision on the act before it.
        pending = [item for item in items.values() if item.delivery.is_pending]
        assert [] == [item for item in pending if not item.waits_for], steps
        # Whatever is still on sticks changes nothing any more.
        view = mixed.place.case(mixed.case_id)
        for data in [path.read_bytes() for path in mixed.up]:
            mixed.down.append(take_in(mixed.office.centre.courier_desk, data)[1])
        for reply in reversed(mixed.down):
            mixed.take(reply)
        assert told == mixed.facts()
        assert view == mixed.place.case(CaseId(mixed.case_id))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(("act", "export", "network")), st.integers(0, 2)),
                min_size=3, max_size=10))  # fmt: skip
def test_verdicts_do_not_depend_on_the_road(steps: list[tuple[str, int]]) -> None:
    """The same acts, by stick at once where the other device uses the network."""
    with mixture() as mixed, mixture() as online:
        for way, which in steps:
            if way == "act":
                mixed.do(way, which % 1)
                online.do(way, which % 1)
                continue
            if way == "export":
                mixed.do("export", 0)
                mixed.do("take-in", len(mixed.up) - 1)
                mixed.do("import", len(mixed.down) - 1)
            else:
                mixed.do("network", 0)
            online.do("network", 0)
        mixed.settle()
        online.settle()
        assert [kind for kind, _ in mixed.facts()] == [kind for kind, _ in online.facts()]
        assert [_outcome(each) for each in _in_order(mixed)] == [
            _outcome(each) for each in _in_order(online)
        ]


def _in_order(mixed: Mixture) -> list[OutboxItem]:
    return sorted(mixed.place.desk.inbox.outbox(), key=lambda item: item.command.n)


def _outcome(item: OutboxItem) -> tuple[str, str, str]:
    return item.delivery, item.code, item.receipt


def _is_accepted(item: OutboxItem) -> bool:
    return item.delivery == "accepted"
