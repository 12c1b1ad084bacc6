# SPDX-License-Identifier: AGPL-3.0-or-later
"""Released programs beside today's: an office upgrades its computers and its centre one by one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.central.app import create_app
from sync.central.courier_files import take_in_file
from sync.central.serving import Server
from sync.wire import versions
from tests.released.programs import TODAY, Runner, tanggap, unpacked, window, with_window
from tests.support.central import PASSWORD, ManualClock, Office, new_office, running, running_server
from tests.support.ledger import told
from tests.support.old_office import load_postgres, of_release
from tests.support.postgres import postgres_databases
from tests.support.processes import PASSPHRASE, central_process

NOT_CONNECTED, STORE, DECISIONS_WAIT = 4, 6, 8


@pytest.fixture(scope="module", params=[2, pytest.param(3, marks=pytest.mark.long)])
def release(request: pytest.FixtureRequest) -> int:
    """Take each release in turn, by the version of the wire that it spoke."""
    number: int = request.param
    return number


@pytest.fixture(scope="module")
def program(release: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the released program."""
    return unpacked(release, tmp_path_factory.mktemp("program"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give an office of today with four cases."""
    now = time.time_ns() // 1_000_000
    office = new_office(f"sqlite:///{tmp_path / 'central.db'}", clock=ManualClock(now))
    office.add_cases([{"title": title} for title in ("Lampu padam", "Air", "Jalan", "Pungutan")])
    yield office
    office.database.close()


def _deliveries(runner: Runner) -> list[tuple[str, str]]:
    items: list[dict[str, Any]] = runner("outbox")
    items.sort(key=lambda item: item["command"]["n"])
    return [(item["command"]["kind"], item["delivery"]) for item in items]


def _cases(runner: Runner) -> list[str]:
    """Return the tracking ids of the cases here, as they were registered."""
    return sorted(row["tracking_id"] for row in runner("queue"))


def _work_online(agus: Runner, office: Office, address: str) -> list[str]:
    """Sign in, load, answer, and decide about an answer that the citizen was faster than."""
    agus("sign-in", address, "agus")
    agus("sync")
    lamp, *others = _cases(agus)
    agus("respond", lamp, "Lampu sudah kami ganti.")
    office.citizen_replies(1, "Masih padam, Pak.")
    agus("sync", code=DECISIONS_WAIT)
    [asked] = agus("outbox", "--decisions")
    agus("decide", asked["command"]["id"], "resend", "--seen", str(asked["seen_v"]))
    return [lamp, *others]


def _work_offline(agus: Runner, cases: list[str], folder: Path) -> Path:
    """Fill the outbox with acts of every kind, a chain, a file and a stick; return the stick."""
    lamp, water, road, _ = cases
    photo = folder / "foto.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(range(256)) * 40)
    agus("note", road, "Dibawa dengan flashdisk.")
    stick = Path(agus("courier", "export", str(folder))["file"])
    agus("follow-up", water, "Pompa diganti.", "--attach", str(photo), "--next-step", "Uji air")
    agus("assign", water, "-")  # nobody is: a wish that is so already
    agus("close", road, "Jalan sudah ditambal.")
    agus("reopen", road, "Tambalan lepas lagi.")
    agus("note", lamp, "Menunggu pelapor.")
    return stick


def test_a_released_client_works_with_the_centre_of_today_and_is_upgraded(
    program: Path, release: int, office: Office, tmp_path: Path
) -> None:
    """Whatever it recorded is delivered by today's program; going back loses nothing either."""
    data = tmp_path / "laptop"
    with running_server(office, tmp_path / "files") as address:
        with tanggap(program, data) as old:
            cases = _work_online(old, office, address)
            stick = _work_offline(old, cases, tmp_path)
            before = _deliveries(old)
        assert take_in_file(office.centre.courier_desk, stick, tmp_path).taken
        with tanggap(TODAY, data) as today, tanggap(program, data) as old:
            assert before == _deliveries(today)
            today("sync")
            today("note", cases[0], "Sebelum kembali ke program lama.")
            after = _deliveries(today)
            _goes_back(old, release)
            assert after == _deliveries(today)
            today("sync")
            assert {"accepted"} == {state for _, state in _deliveries(today)[1:]}
    assert [
        ["citizen", "responded", "noted", "noted"],
        ["followed_up", "files"],
        ["noted", "closed", "reopened"],
    ] == [[kind for kind, _ in told(office, case)] for case in (1, 2, 3)]


def _goes_back(old: Runner, release: int) -> None:
    """The first release refuses a newer file and says so; the others go on with it."""
    if release == 2:
        assert "store.too-new" == old("outbox", code=STORE)["error"]
        return
    assert ("note", "stored") == _deliveries(old)[-1]


@pytest.mark.long
def test_words_of_a_released_client_are_taken_when_it_is_too_old_for_changes(
    program: Path, office: Office, tmp_path: Path
) -> None:
    """It is told to be updated; its act is delivered all the same."""
    data = tmp_path / "laptop"
    app = create_app(office.centre, office.clock)
    with tanggap(program, data) as old:
        with running(Server(app)) as address:
            old("sign-in", address, "agus")
            old("sync")
            old("note", _cases(old)[0], "Dari program lama.")
            port = int(address.rpartition(":")[2])
        newer = create_app(office.centre, office.clock, oldest_served=versions.CURRENT + 1)
        with running(Server(newer, port=port)):
            old("sync")
            said = old("sync", code=NOT_CONNECTED)
        assert "too-old" in str(said)
        assert [("note", "accepted")] == _deliveries(old)
    assert [("noted", "Dari program lama.")] == told(office, 1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def old_centre(request: pytest.FixtureRequest, release: int, tmp_path: Path) -> Iterator[str]:
    """Give the database of a centre as the release left it."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(of_release(release) / 'central.db', tmp_path)}"
        return
    if not (of_release(release) / "central.sql").exists():
        pytest.skip("no such database was kept of this release")
    with postgres_databases() as new_database:
        url = new_database()
        load_postgres(url, release)
        yield url


def test_todays_client_works_with_a_released_centre_and_that_is_upgraded(
    program: Path, old_centre: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The centre comes last in a rollout; what it cannot do yet waits, and nothing is refused."""
    monkeypatch.setenv("TANGGAP_FILES", str(tmp_path / "files"))
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(range(256)) * 40)
    with tanggap(TODAY, tmp_path / "laptop") as today:
        with central_process(old_centre, tmp_path / "old.log", program) as port:
            today("sign-in", f"http://127.0.0.1:{port}", "agus")
            today("sync")
            _, case, *_ = _cases(today)
            today("follow-up", case, "Diperiksa.", "--attach", str(photo))
            today("close", case, "Selesai.")
            today("reopen", case, "Belum selesai.")
            today("sync")
            assert ["accepted"] * 3 == [state for _, state in _deliveries(today)]
        today("note", case, "Pusat sedang diperbarui.")
        assert "sync.offline" == today("sync", code=NOT_CONNECTED)["problem"]
        with central_process(old_centre, tmp_path / "new.log", port=port):
            today("sync")
            assert ["accepted"] * 4 == [state for _, state in _deliveries(today)]
            kinds = [entry["kind"] for entry in today("show", case)["entries"]]
    assert ["followed_up", "closed", "reopened", "files", "noted"] == kinds[-5:]


@pytest.mark.long
def test_a_released_window_works_with_the_centre_of_today(office: Office, tmp_path: Path) -> None:
    """It signs in, shows the list, sends what is typed, and hears of what a colleague does."""
    program = with_window(3, tmp_path / "program")
    with (
        running_server(office, tmp_path / "files") as address,
        window(program, tmp_path / "laptop", "--server", address) as old,
    ):
        old.do("give_account", "agus", PASSWORD)
        old.do("lock", PASSPHRASE)
        old.do("wait_for", "7000001", "case-list.table")
        old.do("open", "7000001")
        old.do("respond", "Lampu sudah kami ganti.")
        old.do("wait_until_accepted")
        office.citizen_replies(1, "Terima kasih, sudah menyala.")
        old.do("wait_for", "Terima kasih, sudah menyala.", "case.history")
        old.do("respond", "Sama-sama.")
        old.do("wait_until_accepted")
        old.leave()
    words = ["Lampu sudah kami ganti.", "Terima kasih, sudah menyala.", "Sama-sama."]
    assert words == [text for _, text in told(office, 1)]
