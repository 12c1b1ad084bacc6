# SPDX-License-Identifier: AGPL-3.0-or-later
"""A store that lost, cut or spoilt contents is found out, told, and mended by who has them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.cases.ids import CaseId
from sync.central.blob_files import BlobFiles
from sync.central.file_check import FileCheck
from sync.central.file_report import Outcome, checked
from sync.services.attachments import FileState, Whereabouts
from sync.services.desk import Desk
from sync.services.session import SignIn
from sync.transports.http import HttpService
from tests.support.central import PASSWORD, UNIT_A, Office
from tests.support.keyring import MemoryKeyring
from tests.support.uploads import Hand, evidence, follow_up, sha256_of, some_bytes

CONTENT = some_bytes(50_000)
DIGEST = sha256_of(CONTENT)


def kept(folder: Path, digest: str = DIGEST) -> Path:
    """Return where a content is at the centre."""
    return folder / "blobs" / digest[:2] / digest


def look(office: Office, folder: Path, *, repair: bool = False) -> Outcome:
    """Check the folder."""
    check = FileCheck(office.database, BlobFiles(folder), office.centre.holdings, office.clock)
    return checked(check, repair=repair)


@pytest.fixture
def desks(office: Office, http: httpx.Client, tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """Open the desks of an officer and a colleague."""
    opened: dict[str, Desk] = {}
    for name in ("agus", "wati"):
        door = SignIn(
            tmp_path / name, HttpService, MemoryKeyring(), office.clock, lambda: str(uuid.uuid4())
        )
        opened[name] = door.sign_in(str(http.base_url).rstrip("/"), name, PASSWORD)
        run(opened[name])
    yield opened
    for desk in opened.values():
        desk.close()


def run(desk: Desk) -> None:
    """Exchange words and files."""
    desk.synchronizer.try_now()
    desk.synchronizer.run_once(lambda _: None, lambda _: None, lambda: False)


def state(desk: Desk, case_id: int) -> FileState:
    """Return how the file stands at a desk."""
    view = desk.inbox.case(CaseId(case_id))
    assert view is not None
    return desk.attachments.states(view)[DIGEST]


def filed(office: Office, desk: Desk, folder: Path) -> int:
    """Let an officer put the file into a case."""
    case = office.add_case(UNIT_A)
    run(desk)
    source = folder / "bukti.pdf"
    source.write_bytes(CONTENT)
    file = desk.attachments.attach(source)
    view = desk.inbox.case(case.id)
    assert view is not None
    desk.casework.act(case.id, follow_up(file), view.confirmed.v)
    run(desk)
    return case.id


@pytest.mark.parametrize("spoilt", [None, CONTENT[:1000], b"x" + CONTENT[1:]])
def test_what_the_store_lost_comes_again_from_who_has_it(
    office: Office, desks: dict[str, Desk], folder: Path, tmp_path: Path, spoilt: bytes | None
) -> None:
    """Everybody's screen says that it follows again, until it is back."""
    agus, wati = desks["agus"], desks["wati"]
    case_id = filed(office, agus, tmp_path)
    run(wati)
    assert look(office, folder).is_well
    if spoilt is None:
        kept(folder).unlink()
    else:
        kept(folder).write_bytes(spoilt)
    told = look(office, folder)
    assert not told.is_well
    assert f"  {DIGEST}  {'hilang' if spoilt is None else 'rusak'}, 1 laporan" in told.lines
    assert Whereabouts.HERE is state(agus, case_id).where  # a look alone changes nothing
    assert look(office, folder, repair=True).is_well
    run(wati)
    assert Whereabouts.AWAITED is state(wati, case_id).where
    run(agus)
    run(agus)
    assert CONTENT == kept(folder).read_bytes()
    run(wati)
    assert Whereabouts.CENTRE is state(wati, case_id).where
    assert Whereabouts.HERE is state(agus, case_id).where
    assert look(office, folder).is_well


def test_an_empty_folder_is_most_likely_the_wrong_one(
    office: Office, agus: Hand, folder: Path, tmp_path: Path
) -> None:
    """Nothing is given up for lost because a disk was not mounted."""
    case = office.add_case(UNIT_A)
    agus.device.follow()
    for content in (CONTENT, some_bytes(10)):
        agus.device.do(case.id, follow_up(evidence(content)))
        agus.upload(content)
    told = look(office, tmp_path / "lain", repair=True)
    assert not told.is_well
    assert "apakah foldernya benar" in told.lines[-1]
    assert look(office, folder).is_well


def test_what_nobody_knows_is_removed_when_it_is_old(
    office: Office, agus: Hand, folder: Path
) -> None:
    """One that is just being brought is left alone."""
    agus.upload(some_bytes(10))
    stray = kept(folder)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(CONTENT)
    young = office.clock() / 1000 - 60
    os.utime(stray, (young, young))
    assert look(office, folder, repair=True).is_well
    assert stray.exists()
    old = office.clock() / 1000 - 2 * 86_400
    os.utime(stray, (old, old))
    assert "1 tidak dikenal" in look(office, folder).lines[-1]
    assert look(office, folder, repair=True).is_well
    assert not stray.exists()
