# SPDX-License-Identifier: AGPL-3.0-or-later
"""What reaches a device: everything in its scope, in any page size, and nothing else."""

from __future__ import annotations

import random

import msgspec
import pytest

from sync.cases.access import Role, Unit
from sync.cases.commands import Assign, Note, Respond
from sync.cases.events import CitizenReplied, Closed, Disposed, Noted, Reopened, StatusReported
from sync.cases.ids import UnitId
from sync.central import schema
from sync.errors import SyncError, SyncErrorKind
from sync.wire import codec
from sync.wire.messages import SyncRequest
from tests.support.central import (
    ENTERPRISE,
    MINISTRY,
    MINISTRY_UNIT,
    TODAY_MS,
    UNIT_A,
    UNIT_B,
    UNITS,
    Office,
)
from tests.support.ledger import assert_has_all

DAY_MS = 86_400_000
CLOSED = "Ditutup oleh Sistem"


@pytest.mark.parametrize("max_bytes", [1, 3_000, 20_000, 10_000_000])
def test_a_first_load_brings_everything_in_pages_of_any_size(
    office: Office, max_bytes: int
) -> None:
    """However small the pages are, a first load ends with every case and every fact."""
    for number in range(12):
        case = office.add_case(raw_status=CLOSED if number % 3 == 0 else "Terverifikasi")
        office.citizen_replies(case.id)
    office.add_case(UNIT_B)
    device = office.device("agus")
    trips = device.follow(max_bytes=max_bytes)
    assert 12 == len(device.cases)
    assert_has_all(office, device)
    assert (trips == 1) == (max_bytes > 10_000)


def test_the_newest_open_cases_come_first(office: Office) -> None:
    """A first load begins with open cases, newest first, and ends with the closed ones."""
    expected = []
    for days, status in [(1, "Terverifikasi"), (2, CLOSED), (3, "Terverifikasi"), (0, CLOSED)]:
        case = office.add_case(raw_status=status, registered_at=TODAY_MS - days * DAY_MS)
        expected.append((status == CLOSED, days, case.id))
    device = office.device("agus")
    order: list[int] = []
    more = True
    while more:
        reply = device.exchange(max_bytes=1)
        order += [case.id for case in reply.cases]
        more = reply.more
    assert [case_id for _, _, case_id in sorted(expected)] == order


def test_a_first_load_tells_how_far_it_is(office: Office) -> None:
    """Progress grows with every page and ends at the number of cases."""
    office.add_cases([{} for _ in range(6)])
    device = office.device("agus")
    told = []
    more = True
    while more:
        reply = device.exchange(max_bytes=1)
        assert reply.progress is not None
        told.append((reply.progress.done, reply.progress.total))
        more = reply.more
    assert [(n, 6) for n in range(1, 7)] == told[:6]
    assert (6, 6) == told[-1]
    assert device.exchange().progress is None


def test_only_what_is_new_comes_afterwards(office: Office) -> None:
    """After a first load a device gets changed cases with the new facts only."""
    cases = office.add_cases([{} for _ in range(5)])
    office.citizen_replies(cases[2].id, "Pertama.")
    device = office.device("agus")
    device.follow()
    office.citizen_replies(cases[2].id, "Kedua.")
    reply = device.exchange()
    assert [cases[2].id] == [case.id for case in reply.cases]
    assert [{"text": "Kedua.", "attachments": []}] == [event.data for event in reply.events]


def test_any_old_cursor_is_good(office: Office) -> None:
    """Going on from any cursor ever given, any number of times, ends with everything."""
    rng = random.Random(7)
    cases = office.add_cases([{} for _ in range(5)])
    device = office.device("wati")
    cursors: list[str] = []
    for _ in range(30):
        case = rng.choice(cases)
        if rng.random() < 0.5:
            office.citizen_replies(case.id)
        else:
            office.dispose(case.id, rng.choice([UNIT_A, UNIT_B]))
        device.exchange(max_bytes=1)
        cursors.append(device.cursor or "")
    for cursor in [*rng.sample(cursors, 10), cursors[0]]:
        device.cursor = cursor
        device.follow(max_bytes=2_000)
        assert_has_all(office, device)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("username", ["agus", "wati", "rina", "dewi"])
def test_a_load_amid_changes_ends_with_everything(office: Office, username: str, seed: int) -> None:
    """A device that loads page by page while cases change, close and move misses nothing."""
    rng = random.Random(seed)
    units = [UNIT_A, UNIT_B, ENTERPRISE, MINISTRY_UNIT]

    def new_case() -> int:
        fields = {
            "registered_at": TODAY_MS - rng.randrange(40) * DAY_MS,
            "raw_status": rng.choice([CLOSED, "Terverifikasi"]),
            "secret": rng.random() < 0.2,
            "anonymous": rng.random() < 0.3,
        }
        return office.add_case(rng.choice(units), **fields).id

    case_ids = [new_case() for _ in range(25)]
    device = office.device(username)
    more, quiet_after = True, 25
    while more or quiet_after > 0:
        for _ in range(rng.randrange(4) if quiet_after > 0 else 0):
            case_id = rng.choice(case_ids)
            match rng.randrange(6):
                case 0:
                    office.dispose(case_id, rng.choice(units))
                case 1:
                    office.record(case_id, Closed(text="Selesai."))
                case 2:
                    office.record(case_id, Reopened(reason="Belum."))
                case 3:
                    office.record(case_id, StatusReported(raw_status=CLOSED))
                case 4:
                    case_ids.append(new_case())
                case _:
                    office.record(case_id, CitizenReplied(text="?"), Noted(text="!"))
        more = device.exchange(max_bytes=rng.choice([1, 2_000, 6_000])).more
        quiet_after -= 1
    assert_has_all(office, device)


def test_a_case_that_goes_leaves_with_its_new_place(office: Office) -> None:
    """A case disposed elsewhere leaves, naming the receiving unit and nothing of its content."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    office.dispose(case.id, UNIT_B)
    reply = device.exchange()
    assert [(case.id, "disposed", "Divisi B")] == [
        (leave.case_id, leave.reason, leave.to) for leave in reply.left
    ]
    assert ([], []) == (reply.cases, reply.events)


def test_a_case_that_moves_within_the_scope_does_not_leave(office: Office) -> None:
    """For the agency's admin a case that goes from one unit to the next stays."""
    case = office.add_case()
    device = office.device("wati")
    device.follow()
    office.dispose(case.id, UNIT_B)
    reply = device.exchange()
    assert ([], [UNIT_B]) == (reply.left, [record.unit_id for record in reply.cases])
    assert_has_all(office, device)


def test_a_case_that_comes_back_is_whole_again(office: Office) -> None:
    """A case that left and came back between two exchanges is there with all its facts."""
    case = office.add_case()
    office.citizen_replies(case.id)
    device = office.device("agus")
    device.follow()
    office.dispose(case.id, UNIT_B)
    device.follow()
    office.dispose(case.id, UNIT_A)
    reply = device.exchange()
    assert ([case.id], []) == ([record.id for record in reply.cases], reply.left)
    assert ["citizen", "disposed", "disposed"] == [event.kind for event in reply.events]


def test_a_wanted_case_comes_whole(office: Office) -> None:
    """A device that found a gap gets the case with all facts; one out of sight is told to leave."""
    case, foreign = office.add_case(), office.add_case(UNIT_B)
    office.citizen_replies(case.id)
    device = office.device("agus")
    device.follow()
    del device.events[case.id]
    reply = device.exchange(want=[case.id, foreign.id, 999, 2**70, -1])
    assert_has_all(office, device)
    assert [foreign.id, 999, 2**70, -1] == [leave.case_id for leave in reply.left]


def test_new_units_and_colleagues_reach_the_device(office: Office) -> None:
    """A new unit with its cases and a new colleague come without a second first load."""
    office.add_case()
    device = office.device("wati")
    device.follow()
    unit_id = office.administration.add_unit("Divisi C", parent_id=ENTERPRISE)
    office.add_officer("budi", Role.LIAISON, unit_id, name="Budi Penghubung")
    case = office.add_case(unit_id)
    reply = device.exchange()
    assert reply.scope is not None
    assert unit_id in reply.scope.handles
    assert "Budi Penghubung" in [person.name for person in reply.scope.people]
    assert [case.id] == [record.id for record in reply.cases]
    assert device.exchange().scope is None


def test_a_new_colleague_elsewhere_costs_nothing(office: Office) -> None:
    """Reference data that does not concern an officer is not sent to their devices."""
    device = office.device("agus")
    device.follow()
    office.add_officer("budi", Role.LIAISON, MINISTRY_UNIT)
    assert device.exchange().scope is None


def test_another_unit_means_another_scope(office: Office) -> None:
    """An officer who moves to another unit loses the old cases and gets the new ones."""
    old, new = office.add_case(UNIT_A), office.add_case(UNIT_B)
    device = office.device("agus")
    device.follow()
    assert {old.id} == set(device.cases)
    office.administration.change_officer(office.officers["agus"], role=Role.LIAISON, unit_id=UNIT_B)
    device.follow()
    assert {new.id} == set(device.cases)
    assert_has_all(office, device)


def test_what_left_unseen_before_a_change_of_role_goes_as_well(office: Office) -> None:
    """A case that left just before the scope was made anew does not stay behind."""
    gone, kept = office.add_case(UNIT_A), office.add_case(UNIT_A)
    device = office.device("agus")
    device.follow()
    office.dispose(gone.id, UNIT_B)
    office.administration.change_officer(
        office.officers["agus"], role=Role.SUPERVISOR, unit_id=UNIT_A
    )
    device.follow()
    assert {kept.id} == set(device.cases)


def test_a_unit_that_moves_takes_its_cases_along(office: Office) -> None:
    """When a unit comes under another institution, both sides' devices follow."""
    case = office.add_case(UNIT_A)
    wati = office.device("wati")
    wati.follow()
    office.administration.move_unit(UNIT_A, parent_id=MINISTRY, coordinated_by=None)
    wati.follow()
    assert {} == wati.cases
    office.administration.move_unit(UNIT_A, parent_id=ENTERPRISE, coordinated_by=None)
    wati.follow()
    assert {case.id} == set(wati.cases)


def test_the_scope_says_who_and_where(office: Office) -> None:
    """The first page tells the officer, the units in scope with those above, and colleagues."""
    device = office.device("agus")
    device.follow()
    assert device.scope is not None
    assert ("agus", [UNIT_A], []) == (
        device.scope.officer.username,
        device.scope.handles,
        device.scope.watches,
    )
    assert {MINISTRY, ENTERPRISE, UNIT_A} == {unit.id for unit in device.scope.units}
    assert ["Agus Penghubung"] == [person.name for person in device.scope.people]
    rina = office.device("rina")
    rina.follow()
    assert rina.scope is not None
    assert sorted(unit.id for unit in UNITS) == rina.scope.watches


def test_an_anonymous_reporter_never_reaches_a_liaison(office: Office) -> None:
    """No byte of any reply to a liaison, supervisor or coordinator names an anonymous reporter."""
    name = "Nama Yang Dirahasiakan"
    case = office.add_case(reporter=name, anonymous=True)
    for username in ("agus", "joko", "rina"):
        device = office.device(username)
        device.follow()
        office.citizen_replies(case.id)
        replies = [device.exchange(), device.exchange(want=[case.id])]
        replies.append(office.device(username).exchange())
        told = b"".join(codec.encode(reply) for reply in replies)
        told += codec.encode(office.centre.case(device.access_token, case.id))
        assert name.encode() not in told
        assert case.title.encode() in told
    admin = office.device("wati")
    admin.follow()
    assert name == admin.cases[case.id].reporter


def test_a_secret_case_never_reaches_a_coordinator(office: Office) -> None:
    """Who only watches gets the bare head of a secret case, and facts without their words."""
    case = office.add_case(title="Judul rahasia", text="Isi rahasia", secret=True)
    agus, rina = office.device("agus"), office.device("rina")
    agus.follow()
    agus.do(case.id, Respond(text="Jawaban rahasia"))
    office.citizen_replies(case.id, "Balasan rahasia")
    office.record(case.id, Disposed(unit_id=UNIT_B, unit_name="Divisi B", note="Memo rahasia"))
    told = codec.encode(rina.exchange())
    assert b"rahasia" not in told
    assert case.tracking_id.encode() in told
    assert ["responded", "citizen", "disposed"] == [e.kind for e in rina.history(case.id)]


def test_a_watcher_gets_no_reporter_at_all(office: Office) -> None:
    """A coordinator does not learn who complained, anonymous or not."""
    case = office.add_case(reporter="Budi Pelapor")
    device = office.device("rina")
    device.follow()
    assert device.cases[case.id].reporter is None


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "ä" * 20, "A" * 5000, "-_-_" * 8])
def test_a_cursor_that_is_not_ours_is_refused(office: Office, cursor: str) -> None:
    """A forged or damaged cursor makes the device begin again."""
    device = office.device("agus")
    with pytest.raises(SyncError) as failure:
        office.centre.sync(device.access_token, SyncRequest(cursor=cursor))
    assert SyncErrorKind.EPOCH is failure.value.kind


def test_every_bit_of_a_cursor_is_sealed(office: Office) -> None:
    """A cursor with any character changed is refused."""
    office.add_case()
    device = office.device("agus")
    device.follow()
    good = device.cursor or ""
    assert len(good) <= 48
    for at in range(len(good)):
        forged = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        with pytest.raises(SyncError):
            office.centre.sync(device.access_token, SyncRequest(cursor=forged))


def test_another_epoch_refuses_the_cursor_before_any_command(office: Office) -> None:
    """After a restore old cursors are refused, and commands sent with them are not looked at."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    before = office.centre.hello().epoch
    office.renew_epoch()
    assert before != office.centre.hello().epoch
    command = device.command(case.id, Assign(officer_id=None))
    with pytest.raises(SyncError) as failure:
        device.send(command)
    assert SyncErrorKind.EPOCH is failure.value.kind
    device.cursor = None
    assert [False] == [verdict.duplicate for verdict in device.send(command)]


def test_a_cursor_from_the_future_is_refused(office: Office) -> None:
    """A ledger restored from an older backup notices that a device knows more than it does."""
    office.add_case()
    device = office.device("agus")
    device.follow()
    with office.database.write() as connection:
        connection.execute(schema.head.update().values(seq=0))
    with pytest.raises(SyncError) as failure:
        device.exchange()
    assert SyncErrorKind.EPOCH is failure.value.kind


def test_a_silent_device_gets_a_newer_cursor_in_the_end(office: Office) -> None:
    """Thousands of changes in others' cases move the cursor on, so that polling stays cheap."""
    device = office.device("agus")
    device.follow()
    office.add_cases([{} for _ in range(5_000)], UNIT_B)
    reply = device.exchange()
    assert (True, []) == (reply.cursor is not None, reply.cases)
    assert device.exchange().cursor is None


def test_a_unit_unknown_to_the_officer_stays_unknown(office: Office) -> None:
    """The tree an officer gets does not name units beside the own branch."""
    office.administration.add_units(
        [Unit(id=UnitId(50), name="PT Lain (Persero)", kind="bumn", coordinated_by=MINISTRY)]
    )
    device = office.device("agus")
    device.follow()
    assert device.scope is not None
    assert 50 not in [unit.id for unit in device.scope.units]


def test_reading_a_case_is_bound_to_the_scope(office: Office) -> None:
    """The read-through answers for cases in scope only, and veils them."""
    case = office.add_case()
    agus, sari = office.device("agus"), office.device("sari")
    record = office.centre.case(agus.access_token, case.id)
    assert record is not None
    assert case.title == record.title
    assert office.centre.case(sari.access_token, case.id) is None
    assert office.centre.case(agus.access_token, 999) is None


def test_a_note_of_the_own_device_comes_back_with_its_id(office: Office) -> None:
    """A fact names the device and the command it came from, so that the device knows its own."""
    case = office.add_case()
    device = office.device("agus")
    device.follow()
    command = device.command(case.id, Note(text="Catatan."))
    device.send(command)
    fact = device.history(case.id)[-1]
    assert (device.id, command.id) == (fact.device, fact.command_id)


def test_departures_that_mean_nothing_to_somebody_do_not_hold_up_the_rest(office: Office) -> None:
    """Who sees both units is not told that cases left one for the other, and goes on behind it."""
    cases = office.add_cases([{}] * 40)
    wati = office.device("wati")
    wati.follow()
    for case in cases:
        office.dispose(case.id, UNIT_B)
    for case in cases:  # what is newest of each comes after all departures
        office.citizen_replies(case.id)
    wati.follow(max_bytes=4_096)
    assert_has_all(office, wati)


def test_the_page_beside_many_verdicts_is_what_others_did(office: Office) -> None:
    """A device waits for its verdicts and for others' news, not for its own words to come back."""
    theirs, shared, *mine = office.add_cases([{} for _ in range(6)])
    agus = office.device("agus")
    agus.follow()
    office.citizen_replies(theirs.id)
    office.citizen_replies(shared.id)
    acts = [agus.command(case.id, Note(text="Sudah dicek.")) for case in (*mine, shared)]
    answer = agus.exchange(commands=acts)
    assert {"accepted"} == {verdict.verdict for verdict in answer.verdicts}
    assert {theirs.id} == {event.case_id for event in answer.events}
    assert answer.more
    rest = agus.exchange()
    assert [case.id for case in mine] == [event.case_id for event in rest.events[:-2]]
    assert [shared.id, shared.id] == [event.case_id for event in rest.events[-2:]]
    assert not rest.more
    assert_has_all(office, agus)


def test_own_acts_come_back_beside_their_verdicts_without_their_words(office: Office) -> None:
    """A brief answer to many acts says all that is new, in one round trip."""
    theirs, *mine = office.add_cases([{} for _ in range(6)])
    agus = office.device("agus")
    agus.follow()
    office.citizen_replies(theirs.id)
    acts = [agus.command(case.id, Note(text=f"Sudah dicek {case.id}.")) for case in mine]
    answer = agus.exchange(commands=acts, brief=True)
    own = [fact for fact in answer.events if fact.command_id]
    assert [act.id for act in acts] == [fact.command_id for fact in own]
    assert all(fact.data["text"] is None for fact in own)
    assert {theirs.id, *(case.id for case in mine)} == {fact.case_id for fact in answer.events}
    assert not answer.more
    assert_has_all(office, agus)


def test_only_what_an_act_says_to_the_letter_is_left_out(office: Office) -> None:
    """A command that says something else under the same id gets the words of the fact."""
    case = office.add_case()
    agus = office.device("agus")
    act = agus.command(case.id, Note(text="Sudah dicek."))
    agus.exchange(commands=[act])
    agus.cursor = None
    other = msgspec.structs.replace(act, data=act.data | {"text": "Lain."})
    answer = agus.exchange(commands=[other], brief=True)
    assert not answer.as_sent
    assert "Sudah dicek." in [fact.data.get("text") for fact in answer.events]


def test_many_repeated_commands_do_not_hold_a_page_back(office: Office) -> None:
    """Their verdicts name changes of long ago: a page that ended there would go backwards."""
    cases = office.add_cases([{} for _ in range(6)])
    agus = office.device("agus")
    agus.follow()
    acts = [agus.command(case.id, Note(text="Sudah dicek.")) for case in cases]
    agus.exchange(commands=acts)
    office.citizen_replies(cases[0].id)
    answer = agus.exchange(commands=acts)
    assert all(verdict.duplicate for verdict in answer.verdicts)
    assert 7 == len(answer.events)
    assert not answer.more
    assert_has_all(office, agus)
