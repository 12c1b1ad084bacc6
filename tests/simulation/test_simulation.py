# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever officers, citizens, lines and power supplies do: nothing typed is lost, nothing is done
twice, nothing is shown as delivered that is not, and in the end everybody agrees.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from sync.cases.commands import (
    KIND_OF_COMMAND,
    Assign,
    Close,
    CommandBody,
    FollowUp,
    Note,
    Reopen,
    Respond,
    words_of,
)
from sync.cases.events import StatusReported
from sync.cases.ids import CaseId
from sync.cases.policy import POLICY, Meeting
from sync.cases.projection import Delivery
from sync.cases.views import Draft
from tests.simulation.link import Fault
from tests.simulation.world import Machine, World, waits
from tests.support.central import UNIT_A, UNIT_B

_CASES = 4
_machines = st.integers(min_value=0, max_value=2)
_SIMPLE = ("respond", "note", "close")
"""Kinds that are words and nothing else."""

_cases = st.integers(min_value=1, max_value=_CASES).map(CaseId)
_kinds = st.sampled_from(["respond", "follow_up", "note", "assign", "close", "reopen"])
_faults = st.lists(st.sampled_from(Fault), max_size=3)
_runs = st.lists(_faults, min_size=1, max_size=3)
_picks = st.integers(min_value=0, max_value=9)
_acts = st.lists(st.tuples(_picks, _kinds), min_size=1, max_size=4)
_writes = st.integers(min_value=0, max_value=5)
_DELIVERED = (Fault.UNANSWERED, Fault.TWICE, Fault.LATE)


class Simulation(RuleBasedStateMachine):
    """Two computers of Agus (unit A), one of Sari (unit B), a supervisor, citizens, a centre."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="simulation-"))
        self.world = World(self.folder)

    @initialize()
    def begin(self) -> None:
        """Open the office and let everybody fetch their cases."""
        self.world.office.add_cases([{}] * (_CASES - 1), UNIT_A)
        self.world.office.add_case(UNIT_B)
        for name, username, skew_ms in (
            ("laptop", "agus", 0),
            ("pc", "agus", -3 * 3_600_000),
            ("sari", "sari", 7 * 60_000),
        ):
            self.world.add_machine(name, username, skew_ms)

    @rule(at=_machines, acts=_acts)
    def officer_acts(self, at: int, acts: list[tuple[int, str]]) -> None:
        """Somebody does some things, connected or not."""
        machine = self.world.machines[at]
        for pick, kind in acts:
            if cases := machine.cases():
                machine.act(cases[pick % len(cases)], self._body(kind, machine))

    @rule(at=_machines, runs=_runs, late=st.booleans())
    def device_syncs(self, at: int, runs: list[list[Fault]], *, late: bool) -> None:
        """A device exchanges over a line with faults; what was held up may arrive after it."""
        machine = self.world.machines[at]
        for faults in runs:
            machine.sync(faults)
        if late:
            machine.link.deliver_late()

    @rule(at=_machines, acts=_acts, lost=st.sampled_from(_DELIVERED), runs=_runs)
    def acts_arrive_unanswered(
        self, at: int, acts: list[tuple[int, str]], lost: Fault, runs: list[list[Fault]]
    ) -> None:
        """Acts arrive, the officer cannot know, and the line goes on as it does."""
        self.officer_acts(at, acts)
        self.world.machines[at].sync([lost])
        self.device_syncs(at, runs, late=True)

    @rule(at=_machines, pick=_picks, kinds=st.lists(st.sampled_from(_SIMPLE), min_size=1))
    def officer_types(self, at: int, pick: int, kinds: list[str]) -> None:
        """Somebody types something and does not send it."""
        machine = self.world.machines[at]
        if cases := machine.cases():
            for kind in kinds:
                self._type(machine, cases[pick % len(cases)], kind)

    @rule(at=_machines, pick=_picks, kinds=st.lists(st.sampled_from(_SIMPLE), min_size=1))
    def officer_sends_what_was_typed(self, at: int, pick: int, kinds: list[str]) -> None:
        """A draft becomes an act, others stay."""
        self.officer_types(at, pick, kinds)
        machine = self.world.machines[at]
        if drafts := sorted(place for place in machine.drafted if place[1] in _SIMPLE):
            machine.send_draft(*drafts[pick % len(drafts)])

    @rule(at=_machines, pick=_picks)
    def officer_withdraws(self, at: int, pick: int) -> None:
        """Somebody takes an act back; what may have gone cannot be."""
        machine = self.world.machines[at]
        if items := machine.items():
            machine.withdraw(items[pick % len(items)])

    @rule(at=_machines, case_id=_cases, kind=st.sampled_from(["respond", "close"]))
    def officer_and_citizen_write_at_once(self, at: int, case_id: CaseId, kind: str) -> None:
        """An answer meets a newer message: neither passes the other."""
        machine = self.world.machines[at]
        machine.act(case_id, self._body(kind, machine))
        self.world.office.citizen_replies(case_id)
        machine.sync()

    @rule(at=_machines, case_id=_cases, kind=st.sampled_from(["respond", "close"]),
          choice=_picks, typing=st.booleans())  # fmt: skip
    def officer_decides(
        self, at: int, case_id: CaseId, kind: str, choice: int, *, typing: bool
    ) -> None:
        """Somebody settles what the centre did not take, perhaps having typed anew meanwhile."""
        self.officer_and_citizen_write_at_once(at, case_id, kind)
        machine = self.world.machines[at]
        for item in machine.desk.inbox.decisions():
            command = item.command
            if typing:
                self._type(machine, command.case_id, KIND_OF_COMMAND[type(command.body)])
            machine.decide(item, item.choices[choice % len(item.choices)])

    @rule(at=_machines)
    def program_restarts(self, at: int) -> None:
        """Somebody closes the program and opens it again."""
        self.world.machines[at].restart()

    @rule(at=_machines, acts=_acts, writes=_writes, faults=_faults)
    def power_fails_while_syncing(
        self, at: int, acts: list[tuple[int, str]], writes: int, faults: list[Fault]
    ) -> None:
        """The power fails between two writes of an exchange."""
        self.officer_acts(at, acts)
        self.world.machines[at].sync_until_power_cut(writes, faults)

    @rule(at=_machines, writes=_writes, case_id=_cases)
    def power_fails_while_acting(self, at: int, writes: int, case_id: CaseId) -> None:
        """The power fails while an act is recorded."""
        body = Note(text=self.world.words("Catatan"))
        self.world.machines[at].act_until_power_cut(writes, case_id, body)

    @rule(case_id=_cases, what=st.sampled_from(["reply", "status", "to A", "to B"]))
    def centre_learns(self, case_id: CaseId, what: str) -> None:
        """The citizen writes, the national system speaks, or the case goes to another unit."""
        office = self.world.office
        match what:
            case "reply":
                office.citizen_replies(case_id)
            case "status":
                office.record(case_id, StatusReported(raw_status="Proses"))
            case _:
                office.dispose(case_id, UNIT_A if what == "to A" else UNIT_B)

    @rule(case_id=_cases, kind=st.sampled_from(["note", "assign", "close", "reopen"]))
    def supervisor_acts(self, case_id: CaseId, kind: str) -> None:
        """Another officer acts at the centre."""
        joko = self.world.office.device("joko")
        joko.follow()
        if case_id in joko.cases:
            joko.do(case_id, self._body(kind, self.world.machines[0]))

    @rule(minutes=st.sampled_from([1, 50, 26 * 60, 0]))
    def time_passes(self, minutes: int) -> None:
        """Tokens age, deadlines come nearer; or the centre comes back from a backup of just now."""
        if minutes:
            self.world.clock.advance(60 * minutes)
        else:
            self.world.restore_centre()

    @invariant()
    def nothing_typed_is_lost(self) -> None:
        """Every word that was recorded is on the computer where it was typed."""
        for machine in self.world.machines:
            words = machine.words_on_disk()
            assert set(machine.typed.values()) <= words
            for text in machine.drafted.values():
                assert any(text in kept for kept in words)

    @invariant()
    def what_was_taken_back_is_copied(self) -> None:
        """Withdrawn and replaced words lie where the officer finds them."""
        for machine in self.world.machines:
            kept = {copy.text for copy in machine.desk.store.drafts.kept()}
            for item in machine.items():
                assert (
                    item.delivery is not Delivery.WITHDRAWN or words_of(item.command.body) in kept
                )

    @invariant()
    def nothing_passes_what_its_officer_has_not_seen(self) -> None:
        """No answer, closure or assignment became a fact over something newer of others."""
        ledger = self.world.ledger()
        for machine in self.world.machines:
            for item in machine.items():
                command = item.command
                fact = ledger.get(command.case_id, {}).get(command.id)
                if fact is not None:
                    overlooked = {
                        type(event.body)
                        for event in ledger[command.case_id].values()
                        if command.base_v < event.v < fact.v and event.device != fact.device
                    }
                    assert not overlooked & POLICY[type(command.body)].kinds(Meeting.ASK)

    @invariant()
    def nothing_is_done_twice(self) -> None:
        """Each command became a fact at most once."""
        assert {1} >= set(self.world.applied().values())

    @invariant()
    def what_is_shown_is_true(self) -> None:
        """Each act stands where it says it stands."""
        verdicts, applied = self.world.verdicts(), self.world.applied()
        for machine in self.world.machines:
            for item in machine.items():
                verdict = verdicts.get(item.command.id)
                fact = item.command.id in applied
                match item.delivery:
                    case Delivery.ACCEPTED:
                        assert verdict == "accepted"
                    case Delivery.CONFLICT | Delivery.BLOCKED | Delivery.REJECTED:
                        assert item.delivery.value == verdict
                    case Delivery.STORED:
                        assert verdict is None
                    case Delivery.WITHDRAWN:
                        assert not fact
                    case Delivery.UNKNOWN | Delivery.SENDING:
                        pass

    @invariant()
    def lists_are_what_a_rebuild_gives(self) -> None:
        """Increments leave the lists as a computation from the beginning would."""
        for machine in self.world.machines:
            shown = machine.rows()
            machine.desk.store.repair.rebuild()
            assert machine.rows() == shown

    @override
    def teardown(self) -> None:
        """At rest everybody agrees, and only decisions are left."""
        try:
            if self.world.machines:
                self._come_to_rest()
                self._decide_everything()
        finally:
            self.world.close()
            shutil.rmtree(self.folder)

    def _come_to_rest(self) -> None:
        for machine in self.world.machines:
            machine.link.deliver_late()
        for _ in range(2):  # the second time brings what the others had to say
            for machine in self.world.machines:
                machine.settle()
        self.what_is_shown_is_true()
        self.nothing_is_done_twice()
        for machine in self.world.machines:
            open_items = [item for item in machine.items() if not _is_settled(item.delivery)]
            assert all(map(waits, open_items))
            assert self.world.told(machine.username) == machine.confirmed()

    def _decide_everything(self) -> None:
        for machine in self.world.machines:
            while items := machine.desk.inbox.decisions():
                machine.withdraw(items[0])
            machine.settle()
            while items := machine.desk.inbox.decisions():
                machine.withdraw(items[0])
                machine.settle()
            assert all(_is_settled(item.delivery) for item in machine.items())
        self.nothing_typed_is_lost()
        self.nothing_is_done_twice()

    def _type(self, machine: Machine, case_id: CaseId, kind: str) -> None:
        text = self.world.words("Draf")
        machine.save_draft(Draft(case_id=case_id, kind=kind, text=text))

    def _body(self, kind: str, machine: Machine) -> CommandBody:
        match kind:
            case "respond":
                return Respond(text=self.world.words("Tanggapan"))
            case "follow_up":
                today = machine.desk.inbox.today()
                return FollowUp(text=self.world.words("Tindak lanjut"), done_on=today)
            case "note":
                return Note(text=self.world.words("Catatan"))
            case "assign":
                return Assign(officer_id=machine.desk.officer.id)
            case "close":
                return Close(text=self.world.words("Penutup"))
            case _:
                return Reopen(reason=self.world.words("Alasan"))


def _is_settled(delivery: Delivery) -> bool:
    return delivery in {Delivery.ACCEPTED, Delivery.WITHDRAWN}


pytestmark = pytest.mark.timeout(1_200)  # a failure takes minutes to be made small

TestSimulation = Simulation.TestCase
TestSimulation.settings = settings(
    stateful_step_count=40, suppress_health_check=list(HealthCheck), deadline=None
)
