# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every place that tells where own work stands tells the same, whatever happened in what order.

Real files and a real centre behind the real view-models; the line fails as the examples say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.bridge.changes import ChangeBus
from desktop.viewmodels.outbox import OutboxRole
from desktop.viewmodels.outbox_lines import OutboxLine
from desktop.viewmodels.sync_status import Light
from desktop.viewmodels.terms import delivery_tag, own_tags
from sync.cases.commands import Assign, Close, CommandBody, Note, Respond
from sync.cases.events import Closed
from sync.cases.filters import CaseFilter, Queue, Sort
from sync.cases.flagged import unseen
from sync.cases.ids import CaseId
from sync.cases.policy import Choice
from sync.cases.views import OutboxItem
from sync.engine.status import LinkState, SyncStatus
from sync.errors import Refused
from tests.simulation.link import Fault
from tests.support.central import UNIT_B, Office, embedded_centre
from tests.support.desks import Workplace as Computer
from tests.support.desks import a_workplace
from tests.support.real_window import workplace_over

CASES: Final = (CaseId(1), CaseId(2))


class Window:
    """All view-models of one officer's window over a computer of their own."""

    def __init__(self, office: Office, computer: Computer) -> None:
        self.office = office
        self.computer = computer
        self.desk = computer.desk
        self.colleague = office.device("wati")
        self.bus = ChangeBus()
        self.models = workplace_over(computer, self.bus, "en")
        self.models.start()
        self.models.cases.select(CASES[0])
        self.models.sync.on_status(self.desk.synchronizer.status())

    def act(self, case_id: CaseId, body: CommandBody) -> None:
        """Do something to a case that is here, if the rules allow it."""
        view = self.desk.inbox.case(case_id)
        if view is None:
            return
        try:
            changes = self.desk.casework.act(case_id, body, view.confirmed.v)[1]
        except Refused:
            return
        self.bus.announce(changes, self)

    def settle(self, choice: Choice) -> None:
        """Decide the oldest act that waits for it, or take back the newest that did not go."""
        for item in self.desk.inbox.decisions():
            if choice in item.choices:
                changes = self.desk.casework.decide(item.command.id, choice, seen_v=item.seen_v)[1]
                self.bus.announce(changes, self)
                return
        for item in self.undelivered():
            try:
                self.bus.announce(self.desk.casework.withdraw(item.command.id), self)
            except Refused:
                continue
            return

    def elsewhere(self, what: str, case_id: CaseId) -> None:
        """Let something happen at the centre."""
        match what:
            case "replies":
                self.office.citizen_replies(case_id)
            case "notes":
                self.colleague.follow()
                self.colleague.do(case_id, Note(text="Sudah saya lihat."))
            case "closes":
                self.office.record(case_id, Closed(text="Selesai di pusat."))
            case _:
                self.office.dispose(case_id, UNIT_B)

    def by_courier(self) -> None:
        """Write a courier file with everything that waits."""
        with TemporaryDirectory() as folder, _nothing_to_carry():
            self.bus.announce(self.desk.courier.export(Path(folder)).changes, self)

    def sync(self, fault: Fault) -> None:
        """Exchange once over a line with this fault; everything is told as it happens."""
        self.computer.link.fail([fault])
        self.desk.synchronizer.run_once(self._on_change, self._on_status, lambda: False)

    def undelivered(self) -> list[OutboxItem]:
        """Return the truth: the acts that the centre has not taken."""
        return [
            item
            for item in self.desk.inbox.outbox()
            if item.delivery.is_pending or item.delivery.needs_decision
        ]

    def check_light(self) -> None:
        """See that nothing is called delivered that is not, at any moment."""
        if self.undelivered():
            assert self.models.sync.state.light is not Light.IN_ORDER

    def check(self) -> None:
        """See that all places agree once the throttled ones have had their turn."""
        self.check_light()
        self.models.navigation.refresh()
        undelivered = self.undelivered()
        self._check_counts(undelivered)
        self._check_outbox(undelivered)
        self._check_flagged()
        for case_id in CASES:
            self._check_case(case_id, [i for i in undelivered if i.command.case_id == case_id])

    def _check_flagged(self) -> None:
        views = [view for case in CASES if (view := self.desk.inbox.case(case)) is not None]
        expected = [view.case.id for view in views if unseen(view.entries)]
        listed = self.desk.inbox.ids(Queue.FLAGGED, CaseFilter(), Sort.NEWEST)
        assert expected == sorted(listed)
        assert len(expected) == self.models.navigation.counts.queues[Queue.FLAGGED]

    def _on_status(self, status: SyncStatus) -> None:
        self.models.sync.on_status(status)
        self.models.details.on_status(status)
        self.check_light()

    def _on_change(self, changes: object) -> None:
        self.bus.announce(changes)  # type: ignore[arg-type]
        self.check_light()

    def _check_counts(self, undelivered: list[OutboxItem]) -> None:
        deciding = [item for item in undelivered if item.delivery.needs_decision]
        pending = len(undelivered) - len(deciding)
        counts, status = self.models.navigation.counts, self.desk.synchronizer.status()
        shown = self.models.sync.state
        assert (pending, len(deciding)) == (counts.outbox, counts.decisions)
        assert bool(pending) == bool(shown.waiting)
        assert bool(deciding) == bool(shown.decisions) == (shown.light is Light.ACT)
        is_green = not undelivered and status.link is LinkState.ONLINE
        assert is_green == (shown.light is Light.IN_ORDER)
        told = dict(self.models.details.state.facts)["Waiting to be sent"]
        assert told.startswith(str(pending) if pending else "nothing")
        decisions = self.models.decisions.state
        assert bool(deciding) == (decisions.shown is not None)

    def _check_outbox(self, undelivered: list[OutboxItem]) -> None:
        model = self.models.outbox.model
        lines = [model.index(row).data(OutboxRole.LINE) for row in range(model.rowCount())]
        open_lines = [ln for ln in lines if isinstance(ln, OutboxLine) and not ln.is_settled]
        assert {i.command.id: delivery_tag(i.standing) for i in undelivered} == {
            line.command_id: line.tag for line in open_lines
        }

    def _check_case(self, case_id: CaseId, own: list[OutboxItem]) -> None:
        rows = self.desk.inbox.rows([case_id])
        if not rows:
            told = {item.command_id: item.standing for item in self.desk.inbox.left_work()}
            assert {item.command.id: item.standing for item in own}.items() <= told.items()
            return
        chips = own_tags(item.standing for item in own)
        every_chip = own_tags(item.standing for item in self.undelivered())
        listed = [tag for tag in self.models.lines.line(rows[0]).tags if tag in every_chip]
        self.models.cases.select(case_id)
        text = self.models.case.state.text
        assert text is not None
        entries = {entry.command_id: entry.delivery for entry in text.entries}
        assert chips == listed == [tag for tag in text.tags if tag in every_chip]
        for item in own:
            assert entries[item.command.id] == delivery_tag(item.standing)


@contextmanager
def _nothing_to_carry() -> Iterator[None]:
    try:
        yield
    except Refused:
        return


@contextmanager
def a_window(folder: Path) -> Iterator[Window]:
    """Open the window of ``agus``, liaison of unit A, which has two cases."""
    office = embedded_centre(folder)
    for _ in CASES:
        office.add_case()
    computer = a_workplace(office, folder / "data")
    try:
        yield Window(office, computer)
    finally:
        computer.desk.close()
        office.database.close()


_BODIES: Final = (
    Respond(text="Kartu sudah diganti."),
    Note(text="Sudah ditelepon."),
    Close(text="Selesai."),
    Assign(officer_id=None),
)
_FAULTS: Final = (
    Fault.NONE,
    Fault.NONE,
    Fault.OFFLINE,
    Fault.LOST,
    Fault.UNANSWERED,
    Fault.BUSY,
    Fault.CUT,
    Fault.TWICE,
)

Step = tuple[Callable[..., object], tuple[object, ...]]
"""A verb of the window and what it is given."""


def steps(
    verb: Callable[..., object], *arguments: st.SearchStrategy[object]
) -> st.SearchStrategy[Step]:
    """Return steps that do this with such arguments."""
    return st.tuples(st.just(verb), st.tuples(*arguments))


_CASE = st.sampled_from(CASES)
_CHOICES = (Choice.RESEND, Choice.WITHDRAW, Choice.EDIT, Choice.AS_RESPONSE)
_STEPS = st.one_of(
    steps(Window.act, _CASE, st.sampled_from(_BODIES)),
    steps(Window.act, _CASE, st.sampled_from(_BODIES)),
    steps(Window.sync, st.sampled_from(_FAULTS)),
    steps(Window.sync, st.sampled_from(_FAULTS)),
    steps(Window.settle, st.sampled_from(_CHOICES)),
    steps(
        Window.elsewhere,
        st.sampled_from(("replies", "replies", "notes", "closes", "disposes")),
        _CASE,
    ),
    steps(Window.by_courier),
)


@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(taken=st.lists(_STEPS, min_size=4, max_size=14))
def test_all_places_agree_after_every_step(
    qapp: object, tmp_path_factory: pytest.TempPathFactory, taken: list[Step]
) -> None:
    """List, head, history, outbox, decisions, numbers and light tell one truth."""
    with a_window(tmp_path_factory.mktemp("truth")) as window:
        window.check()
        for verb, arguments in taken:
            verb(window, *arguments)
            window.check()
