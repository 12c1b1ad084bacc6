# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole case: facts, own work on top, deadlines, and the people and units around it."""

from __future__ import annotations

from hypothesis import given

from sync.cases.access import Role, Unit
from sync.cases.case import Attachment, Case, Status
from sync.cases.commands import Assign, Note, Respond
from sync.cases.deadlines import deadlines
from sync.cases.events import Responded
from sync.cases.ids import CaseId, OfficerId, UnitId
from sync.cases.projection import Delivery
from sync.cases.views import Person
from sync.store.local import LocalStore
from sync.wire.codec import case_record
from sync.wire.messages import PersonRecord, UnitRecord
from tests.support.casework import OFFICER, UNIT, cases
from tests.support.local_store import (
    NOW,
    RULEBOOK,
    a_head,
    a_reply,
    a_scope,
    act,
    an_entry,
)


def test_pending_work_is_folded_in_after_the_facts(store: LocalStore) -> None:
    """The case is as it will be; what the centre has stands beside it."""
    store.journal.absorb(a_reply(a_head(v=2), events=[an_entry()]), NOW)
    act(store, "c-1", Respond(text="Petugas datang besok."))
    act(store, "c-2", Note(text="Telepon lagi Senin."))
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert [None, Delivery.STORED, Delivery.STORED] == [entry.delivery for entry in view.entries]
    assert Responded(text="Petugas datang besok.") == view.entries[1].event.body
    assert (Status.AWAITING_REPORTER, None) == (view.status, view.confirmed.working)
    assert deadlines(view.case, view.status, RULEBOOK) == view.deadlines


def test_a_case_that_is_not_here_is_none(store: LocalStore) -> None:
    """It may have left while its line was still on the screen."""
    assert store.cases.view(CaseId(404)) is None


@given(case=cases)
def test_any_case_comes_back_as_it_was_told(lasting_store: LocalStore, case: Case) -> None:
    """Every field survives the way through the cache."""
    lasting_store.journal.absorb(a_reply(case_record(case)), NOW)
    view = lasting_store.cases.view(case.id)
    assert view is not None
    assert case == view.confirmed
    lasting_store.journal.absorb(a_reply(left=[case.id]), NOW)


def test_attachments_and_veiled_reporters_survive(store: LocalStore) -> None:
    """None where the reader may not know differs from empty where nobody knows."""
    files = (Attachment(name="foto.jpg", size_bytes=7),)
    store.journal.absorb(a_reply(a_head(2, reporter=None, attachments=files, secret=True)), NOW)
    view = store.cases.view(CaseId(2))
    assert view is not None
    assert (None, files, True, False) == (
        view.case.reporter,
        view.case.attachments,
        view.case.secret,
        view.case.anonymous,
    )


def test_the_assignee_has_a_name_and_the_unit_a_path(store: LocalStore) -> None:
    """From the coordinating body down to the unit; a pending assignment counts."""
    units = [
        UnitRecord(1, "Kementerian BUMN", "KBUMN", "kementerian", None, None),
        UnitRecord(2, "PT PLN (Persero)", "PLN", "bumn", None, 1),
        UnitRecord(UNIT, "Divisi Uji", "", "unit", 2, None),
    ]
    store.journal.absorb(a_reply(scope=a_scope(units=units)), NOW)
    act(store, body=Assign(officer_id=OfficerId(71)))
    view = store.cases.view(CaseId(1))
    assert view is not None
    assert "Rina Wijaya" == view.assignee
    assert ["Kementerian BUMN", "PT PLN (Persero)", "Divisi Uji"] == [
        unit.name for unit in view.unit_path
    ]
    assert view.unit_path[1] == Unit(
        id=UnitId(2),
        name="PT PLN (Persero)",
        short_name="PLN",
        kind="bumn",
        coordinated_by=UnitId(1),
    )
    assert view.unit_path == tuple(store.cases.units())


def test_colleagues_of_a_unit_are_those_who_work_on_its_cases(store: LocalStore) -> None:
    """Whoever stands above the unit counts, whoever stands beside or only watches does not."""
    units = [
        UnitRecord(2, "PT PLN (Persero)", "PLN", "bumn", None, None),
        UnitRecord(UNIT, "Divisi Uji", "", "unit", 2, None),
        UnitRecord(9, "Divisi Lain", "", "unit", 2, None),
    ]
    people = [
        PersonRecord(OFFICER, "Budi Laksana", Role.LIAISON, UNIT),
        PersonRecord(72, "Citra Lestari", Role.AGENCY_ADMIN, 2),
        PersonRecord(73, "Dewi Anggraini", Role.LIAISON, 9),
        PersonRecord(74, "Eka Putra", Role.COORDINATOR, 2),
        PersonRecord(75, "Fajar Nugraha", "peran_baru", UNIT),
    ]
    store.journal.absorb(a_reply(scope=a_scope(units=units, people=people)), NOW)
    assert ["Budi Laksana", "Citra Lestari"] == [person.name for person in store.cases.people(UNIT)]
    assert 4 == len(store.cases.people())
    dewi = Person(id=OfficerId(73), name="Dewi Anggraini", role=Role.LIAISON, unit_id=UnitId(9))
    assert dewi in store.cases.people()
