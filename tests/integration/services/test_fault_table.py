# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every fault of a computer's disk and key at every stage of a day, as one table.

A cell plays its stage with the fault on: an encrypted store on a disk of its own, the real engine,
a centre behind real HTTP. Then the fault is healed and the program started again, and

- what the officer was told meanwhile is among the codes of the table, each of which has words;
- every act, draft and file from before and from meanwhile is there, and the centre gets it once;
- at no moment the light was green, or an act called accepted, before the centre had it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.cases.projection import Delivery
from sync.errors import StoreUnavailable
from sync.services.attachments import Whereabouts
from sync.services.problem_words import is_worded
from sync.services.profiles import profiles
from sync.store.upkeep import COPY_EVERY_MS
from sync.store.vault import Vault
from tests.support.central import PASSWORD, UNIT_A, embedded_centre, running_server
from tests.support.courier import take_in
from tests.support.disks import break_page, failing_disk, small_disk
from tests.support.fault_cell import PHOTO, Cell, Centre
from tests.support.uploads import evidence, follow_up, sha256_of, some_bytes

LONG = "Sudah kami periksa. " * 900
THEIRS = some_bytes(40_000, seed=4)


# ------------------------------------------------------------------------------------ the stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of a day.

    Attributes:
        prepare: what happens before the fault.
        play: what the officer or the program does with the fault on.
        check: what must be so when all is well again.
    """

    prepare: Callable[[Cell], None] = lambda _: None
    play: Callable[[Cell], None]
    check: Callable[[Cell], None] = lambda _: None


def _close(cell: Cell) -> None:
    if cell.is_open:
        cell.desk.close()
        cell.is_open = False


def _open(cell: Cell) -> None:
    def opened() -> None:
        cell.desk = cell.door.open(cell.desk.profile)
        cell.read_reports()

    cell.is_open = cell.tell(opened)


def _sign_in(cell: Cell) -> None:
    def signed_in() -> None:
        cell.desk = cell.door.sign_in(cell.centre.address, "agus", PASSWORD)
        cell.read_reports()

    cell.is_open = cell.tell(signed_in)


def _forget_all(cell: Cell) -> None:
    cell.desk.store.journal.forget_cache(cell.desk.store.journal.epoch() or "")


def _type_drafts(cell: Cell) -> None:
    for kind in ("note", "close", "forward"):
        cell.type_draft(kind, f"{kind}: {LONG}")


def _type_acts(cell: Cell) -> None:
    for number in range(3):
        cell.type_act(f"{number} {LONG}")


def _citizen_writes(cell: Cell) -> None:
    for number in range(3):
        cell.centre.office.citizen_replies(cell.case_id, f"{number} {LONG}")


def _want_theirs(cell: Cell) -> None:
    cell.desk.attachments.fetch(cell.centre.theirs, sha256_of(THEIRS))


def _theirs_is_here(cell: Cell) -> None:
    if cell.desk.store.file_cache.all().get(sha256_of(THEIRS)) is None:
        _want_theirs(cell)
        cell.sync()
    target = cell.data.with_name("simpan.pdf")
    cell.desk.attachments.save_as(sha256_of(THEIRS), target)
    assert target.read_bytes() == THEIRS


def _stick(cell: Cell) -> Path:
    stick = cell.data.parent.with_name("stick")
    stick.mkdir(exist_ok=True)
    return stick


def _export(cell: Cell) -> None:
    cell.tell(lambda: cell.desk.courier.export(_stick(cell)))


def _fetch_reply(cell: Cell) -> None:
    written = cell.desk.courier.export(_stick(cell)).path.read_bytes()
    _citizen_writes(cell)
    taken, content = take_in(cell.centre.office.centre.courier_desk, written)
    (_stick(cell) / taken.reply_name).write_bytes(content)


def _import(cell: Cell) -> None:
    (reply,) = _stick(cell).glob("tanggap-balasan-*.kurir")
    cell.tell(lambda: cell.desk.courier.take(reply))


def _back_up(cell: Cell) -> None:
    cell.centre.office.clock.advance(COPY_EVERY_MS / 1000)
    cell.tell(cell.desk.sealer.write)
    cell.sync()


STAGES = {
    "start": Stage(prepare=_close, play=_open),
    "sign-in": Stage(prepare=_close, play=_sign_in),
    "first load": Stage(prepare=_forget_all, play=Cell.sync),
    "draft typing": Stage(play=_type_drafts),
    "act": Stage(play=_type_acts),
    "push": Stage(play=Cell.sync),
    "pull": Stage(prepare=_citizen_writes, play=Cell.sync),
    "upload": Stage(prepare=Cell.add_photo, play=Cell.sync),
    "download": Stage(prepare=_want_theirs, play=Cell.sync, check=_theirs_is_here),
    "courier export": Stage(play=_export),
    "courier import": Stage(prepare=_fetch_reply, play=_import),
    "backup itself": Stage(play=_back_up),
    "closing": Stage(play=_close),
}

# ------------------------------------------------------------------------------------ the faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to a computer, and how it is healed once the program is closed."""

    strike: Callable[[Cell], None]
    heal: Callable[[Cell], None] = lambda _: None


def _fill(cell: Cell) -> None:
    ballast = cell.data.with_name("ballast")
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"\0" * 65_536):
            pass
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while file.write(b"\0" * 512):
            pass


def _empty(cell: Cell) -> None:
    cell.data.with_name("ballast").unlink()


def _spoil(name: str, table: str) -> Callable[[Cell], None]:
    def spoil(cell: Cell) -> None:
        key = bytes.fromhex(cell.keyring.entries[cell.folder.name])
        break_page(cell.folder / name, key, table)

    return spoil


def _lose(*names: str) -> Callable[[Cell], None]:
    def lose(cell: Cell) -> None:
        for name in names:
            for path in cell.folder.glob(f"{name}*"):
                path.unlink()

    return lose


def _change_key(cell: Cell) -> None:
    for path in (cell.folder / "vault.json",):
        path.rename(path.with_suffix(".kept"))
    cell.keyring.entries["kept"] = cell.keyring.entries[cell.folder.name]
    Vault(cell.folder, cell.keyring).create(None)


def _change_key_back(cell: Cell) -> None:
    (cell.folder / "vault.kept").replace(cell.folder / "vault.json")
    cell.keyring.entries[cell.folder.name] = cell.keyring.entries.pop("kept")


def _lose_keyring(cell: Cell) -> None:
    cell.keyring.refuses = True


def _find_keyring(cell: Cell) -> None:
    cell.keyring.refuses = False


FAULTS = {
    "disk full": Fault(strike=_fill, heal=_empty),
    "disk read-only": Fault(strike=lambda _: None),
    "corrupt cache": Fault(strike=_spoil("cache.db", "cases")),
    "corrupt work": Fault(strike=_spoil("work.db", "commands")),
    "wrong key": Fault(strike=_change_key, heal=_change_key_back),
    "key gone": Fault(strike=_lose_keyring, heal=_find_keyring),
    "cache missing": Fault(strike=_lose("cache.db")),
    "work missing": Fault(strike=_lose("work.db")),
}

# ------------------------------------------------------------------------------------ the table

_OPENING = frozenset({"start", "sign-in"})
_AT_WORK = frozenset(STAGES) - {"closing"}
_WORK_REPORTS = frozenset({"store.work-restored", "store.work-put-back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the officer is told.

    Attributes:
        may: codes that may be told at a stage.
        must: the stages at which one of them must be.
        then: of these one must be told at the latest when the program is started again.
    """

    may: frozenset[str]
    must: frozenset[str] = frozenset()
    then: frozenset[str] = frozenset()


TABLE = {
    "disk full": Words(may=frozenset({"store.disk-full"}), must=_AT_WORK),
    "disk read-only": Words(may=frozenset({"store.read-only"}), must=_AT_WORK),
    "corrupt cache": Words(may=frozenset({"store.corrupt", "store.cache-lost"}), must=_OPENING),
    "corrupt work": Words(
        may=frozenset({"store.corrupt"}) | _WORK_REPORTS, must=_OPENING, then=_WORK_REPORTS
    ),
    "wrong key": Words(may=frozenset({"store.wrong-key"}), must=frozenset({"start"})),
    "key gone": Words(
        may=frozenset({"store.no-key", "store.keyring-refused", "sync.auth"}), must=_OPENING
    ),
    "cache missing": Words(may=frozenset({"store.corrupt", "store.cache-lost"}), must=_OPENING),
    "work missing": Words(
        may=frozenset({"store.corrupt"}) | _WORK_REPORTS, must=_OPENING, then=_WORK_REPORTS
    ),
}

CELLS = [
    (fault, stage)
    for fault in FAULTS
    for stage in STAGES
    if (fault, stage) != ("wrong key", "sign-in")  # which begins new files beside the old ones
]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Give a centre with a colleague's file."""
    folder = tmp_path_factory.mktemp("centre")
    office = embedded_centre(folder)
    theirs = office.add_case(UNIT_A).id
    with running_server(office, folder / "files") as address:
        centre = Centre(office=office, address=address, theirs=theirs)
        wati = Cell(centre=centre, data=folder / "wati", case_id=theirs)
        wati.desk = wati.door.sign_in(address, "wati", PASSWORD)
        wati.sync()
        wati.desk.attachments.attach_content("dari-wati.pdf", THEIRS)
        wati.desk.casework.act(theirs, follow_up(evidence(THEIRS, "dari-wati.pdf")), 1)
        wati.sync()
        wati.desk.close()
        yield centre
    office.database.close()


def a_cell(centre: Centre, disk: Path) -> Cell:
    """Give a computer with work that nobody else has."""
    case_id = centre.office.add_case(UNIT_A).id
    cell = Cell(centre=centre, data=disk / "tanggap", case_id=case_id)
    cell.desk = cell.door.sign_in(centre.address, "agus", PASSWORD)
    cell.sync()
    cell.type_draft("respond", "Draf sebelum gangguan.")
    cell.type_act("Sebelum gangguan.")
    cell.desk.close()
    cell.desk = cell.door.open(profiles(cell.data)[0])  # which makes a copy of the work file
    cell.type_act("Sesudah salinan.")
    return cell


def come_back(cell: Cell) -> None:
    """Start again when the fault is healed; by the one click where that is offered."""
    try:
        cell.desk = cell.door.open(cell.desk.profile)
    except StoreUnavailable as error:
        cell.told.add(error.code)
        cell.desk = cell.door.rescue(cell.desk.profile)
    cell.is_open = True
    cell.read_reports()


def everything_is_there_and_arrives(cell: Cell) -> None:
    """Type again what was refused; then the centre gets all of it, once."""
    cell.sync()  # a cache that begins anew has no case to act upon yet
    refused, cell.refused = cell.refused, []
    for work in refused:
        work()
    cell.sync()
    items = cell.desk.inbox.outbox()
    assert {Delivery.ACCEPTED} == {item.delivery for item in items}
    at_centre = cell.at_centre()
    assert [1] * len(cell.acts) == [at_centre.count(words) for words in cell.acts]
    drafts = {kind: cell.desk.drafting.load(cell.case_id, kind) for kind in cell.drafts}
    assert cell.drafts == {kind: draft and draft.text for kind, draft in drafts.items()}
    if follow_up().text in cell.acts:
        view = cell.desk.inbox.case(cell.case_id)
        assert view is not None
        photo = cell.desk.attachments.states(view)[sha256_of(PHOTO)]
        assert photo.where in {Whereabouts.HERE, Whereabouts.CENTRE}


@pytest.mark.parametrize(("fault", "stage"), CELLS)
def test_a_fault_at_a_stage(
    centre: Centre, tmp_path: Path, fault: str, stage: str, expected_logs: list[str]
) -> None:
    """The officer is told in the right words, nothing typed is lost, and no light lies."""
    expected_logs += ["No fresh copy of the work file", "The cache could not be written afresh"]
    with ExitStack() as stack:
        if fault == "disk read-only":
            failing = stack.enter_context(failing_disk(tmp_path / "disk"))
            struck = Fault(strike=lambda _: failing.fail(), heal=lambda _: failing.mend())
        else:
            stack.enter_context(small_disk(tmp_path / "disk", megabytes=24))
            struck = FAULTS[fault]
        cell = a_cell(centre, tmp_path / "disk")
        played = STAGES[stage]
        played.prepare(cell)
        struck.strike(cell)
        played.play(cell)
        cell.check_light()
        told = set(cell.told)
        _close(cell)
        struck.heal(cell)
        come_back(cell)
        words, at_start = TABLE[fault], cell.told - told
        assert told <= words.may
        assert told or stage not in words.must
        assert not words.then or words.then & (told | at_start)
        assert all(map(is_worded, told | at_start))
        cell.told = set()
        everything_is_there_and_arrives(cell)
        played.check(cell)
        assert cell.told == set()
        _close(cell)


@pytest.mark.parametrize("lost", [_change_key, lambda cell: cell.keyring.lose()])
def test_a_key_that_is_lost_for_good(
    centre: Centre, tmp_path: Path, lost: Callable[[Cell], None]
) -> None:
    """Signing in begins anew beside the old files; what was not sent arrives all the same."""
    cell = a_cell(centre, tmp_path)
    cell.sync()
    cell.type_act("Sebelum kuncinya hilang.")
    shut = cell.desk.profile
    _close(cell)
    before = (shut.folder / "work.db").read_bytes()
    lost(cell)
    _sign_in(cell)
    cell.sync()
    assert [1] * len(cell.acts) == [cell.at_centre().count(words) for words in cell.acts]
    assert before == (shut.folder / "work.db").read_bytes()
    _close(cell)
