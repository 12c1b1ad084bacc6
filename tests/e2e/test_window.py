# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real window, driven by keyboard, against the real centre over a bad line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from sync.cases.commands import Note
from sync.transports.http import HttpService
from tests.support.central import PASSWORD, Office
from tests.support.faults import Fault, FaultProxy, Trouble
from tests.support.ledger import receipts, told
from tests.support.processes import PASSPHRASE, Tanggap, Window, window_process
from tests.support.traffic import pulls, pushes

LIST, HISTORY, WORDS, ACTS = "case-list.table", "case.history", "composer.words", "outbox.acts"
ANSWER = "Lampu sudah kami ganti pagi ini."
WORK = "Tim listrik mengganti dua lampu dan satu sakelar."
NEXT = "Periksa lagi malam hari"
_TYPING_S = 2.5
"""Longer than typing goes unsaved, by far."""


@contextmanager
def opened(computer: Tanggap) -> Iterator[Window]:
    """Open the window of an officer who has been on this computer before."""
    with window_process(computer.data) as window:
        window.do("unlock", PASSPHRASE)
        yield window


def _receipt(office: Office) -> str:
    (receipt,) = receipts(office).values()
    return receipt


def test_sign_in_and_first_load(office: Office, line: FaultProxy, tmp_path: Path) -> None:
    """Three questions lead to a queue; the next start asks for the passphrase only."""
    case = office.add_case(title="Lampu jalan padam di Cikini")
    with window_process(tmp_path / "komputer", "--server", line.url) as window:
        window.do("wait_for_part", "sign-in.username")
        window.do("give_account", "agus", PASSWORD)
        window.do("lock", PASSPHRASE)
        window.do("wait_for", case.tracking_id, LIST)
        window.do("wait_for", "Agus Penghubung · Divisi A", "officer")
        window.leave()
    line.refuse()
    with window_process(tmp_path / "komputer") as window:
        window.do("unlock", PASSPHRASE)
        window.do("wait_for", "Lampu jalan padam di Cikini", LIST)
        window.do("wait_for", "Luring", "status")


def test_work_done_offline_reaches_the_centre_once(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """Answer and follow-up wait visibly while the line is down, then are accepted once."""
    case = office.add_case()
    with opened(agus) as window:
        window.do("wait_for", case.tracking_id, LIST)
        line.refuse()
        window.do("press", "F5")
        window.do("wait_for", "Luring", "status")
        window.do("open", case.tracking_id)
        window.do("respond", ANSWER)
        window.do("follow_up", WORK, NEXT)
        window.do("wait_for", "tersimpan di komputer ini", HISTORY)
        window.do("wait_for_count", "Kotak keluar", 2)
        assert [] == told(office, case.id)
        line.listen()
        window.do("press", "F5")
        window.do("wait_until_accepted")
        window.do("wait_for_count", "Kotak keluar", 0)
        window.do("wait_for", "semua terkirim", "status")
        given = sorted(receipts(office).values(), reverse=True)
        window.do("run", "Kotak keluar")
        window.do("wait_for", given[-1], ACTS)
        acts = [row for row in window.rows(ACTS) if "#" in row]
        assert [("Tindak lanjut", given[0]), ("Tanggapan", given[1])] == [
            (row.partition(",")[0], next(number for number in given if number in row))
            for row in acts
        ]
        window.leave()
    assert [("responded", ANSWER), ("followed_up", WORK)] == told(office, case.id)


@pytest.mark.parametrize(
    ("trouble", "arrived"),
    [(Trouble.HOLD, True), (Trouble.SWALLOW, False)],
    ids=["after", "before"],
)
def test_killed_in_the_middle_of_a_push(
    office: Office, line: FaultProxy, agus: Tanggap, trouble: Trouble, arrived: bool
) -> None:
    """SIGKILL after the centre has decided, or before it has seen anything: told as unknown at
    first, as accepted then, and there once.
    """
    case = office.add_case()
    with opened(agus) as window:
        window.do("wait_for", case.tracking_id, LIST)
        window.do("open", case.tracking_id)
        line.then(Fault(trouble), when=pushes)
        window.do("respond", ANSWER)
        line.wait_until(lambda: line.held == 1)
        window.do("wait_for", "mengirim", HISTORY)
        window.kill()
    assert ([("responded", ANSWER)] if arrived else []) == told(office, case.id)
    line.release()
    line.refuse()
    with opened(agus) as window:
        window.do("wait_for", "Luring", "status")
        window.do("run", "Kotak keluar")
        window.do("wait_for", "jawaban belum diketahui", ACTS)
        line.listen()
        window.do("press", "F5")
        window.do("wait_for", "nomor terima", ACTS)
        assert _receipt(office) in " ".join(window.rows(ACTS))
        window.do("wait_for", "semua terkirim", "status")
    assert [("responded", ANSWER)] == told(office, case.id)


def test_killed_in_the_middle_of_the_first_load(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """The queue is usable after the first page; after SIGKILL the load goes on where it was."""
    cases = office.add_cases([{"text": f"Jalan rusak nomor {at}. " * 40} for at in range(800)])
    line.then(Fault(Trouble.PASS), Fault(Trouble.HOLD), when=pulls)
    with opened(agus) as window:
        line.wait_until(lambda: line.held == 1)
        window.do("wait_for", "Mengambil laporan", "case-list.progress-words")
        window.do("press", "J")
        window.do("wait_for", "Jalan rusak nomor", HISTORY)
        window.kill()
    line.release()
    cut = [request for request in line.requests if pulls(request)]
    with opened(agus) as window:
        window.do("wait_for_count", "Semua laporan", len(cases))
        window.do("wait_until_gone", "Mengambil laporan")
    resumed = [request for request in line.requests if pulls(request)][len(cut)]
    assert cut[-1].cursor is not None
    assert cut[-1].cursor == resumed.cursor


def test_typed_words_survive_a_kill(office: Office, line: FaultProxy, agus: Tanggap) -> None:
    """What was typed and not sent is there again after SIGKILL, in its place."""
    case = office.add_case()
    with opened(agus) as window:
        window.do("wait_for", case.tracking_id, LIST)
        window.do("open", case.tracking_id)
        window.do("press", "N")
        window.do("type", "Pelapor minta dihubungi sore")
        window.do("wait_for", "Draf tersimpan", "composer.saved")
        window.kill()
    with opened(agus) as window:
        window.do("wait_for_count", "Draf", 1)
        window.do("open", case.tracking_id)
        window.do("press", "N")
        window.do("wait_for", "Pelapor minta dihubungi sore", WORDS)
    assert [] == told(office, case.id)


def test_a_kill_in_the_middle_of_typing_takes_the_last_words_at_most(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """Whoever types without a pause finds most words again, though they never paused."""
    case = office.add_case()
    typed = 0
    began_at = time.monotonic()
    with opened(agus) as window:
        window.do("wait_for", case.tracking_id, LIST)
        window.do("open", case.tracking_id)
        window.do("press", "N")
        while not typed or time.monotonic() - began_at < _TYPING_S:
            window.do("type", f"{typed} ")
            typed += 1
        window.kill()
    with opened(agus) as window:
        window.do("wait_for_count", "Draf", 1)
        window.do("open", case.tracking_id)
        window.do("press", "N")
        window.do("wait_for", "0 1 2", WORDS)
        (words,) = (text for text in window.seen(WORDS) if text.startswith("0 1 2"))
    kept = words.split()[:-1]  # the last of them may have been cut within
    assert [str(n) for n in range(len(kept))] == kept
    assert typed / 3 < len(kept)


@pytest.mark.parametrize(
    "fault",
    [Fault(Trouble.CUT_AFTER), Fault(Trouble.TRUNCATE, at=220), Fault(Trouble.DUPLICATE)],
    ids=lambda fault: fault.trouble.name.lower(),
)
def test_a_spoiled_exchange_heals_by_itself(
    office: Office, line: FaultProxy, agus: Tanggap, fault: Fault
) -> None:
    """The window asks again by itself when an answer is lost, cut or comes twice."""
    case = office.add_case()
    with opened(agus) as window:
        window.do("wait_for", case.tracking_id, LIST)
        window.do("open", case.tracking_id)
        line.then(fault, when=pushes)
        window.do("respond", ANSWER)
        window.do("wait_until_accepted")
        window.do("wait_for", "semua terkirim", "status")
    assert [("responded", ANSWER)] == told(office, case.id)


def test_work_goes_on_while_an_answer_is_late(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """While the centre's answer is held up the window says so, and the next act can be written."""
    first, second = office.add_cases([{}, {}])
    with opened(agus) as window:
        window.do("wait_for", second.tracking_id, LIST)
        window.do("open", first.tracking_id)
        line.then(Fault(Trouble.HOLD), when=pushes)
        window.do("respond", ANSWER)
        line.wait_until(lambda: line.held == 1)
        window.do("open", second.tracking_id)
        window.do("respond", WORK)
        window.do("wait_for_count", "Kotak keluar", 2)
        line.release()
        window.do("wait_until_accepted")
        window.do("wait_for_count", "Kotak keluar", 0)
    assert [("responded", ANSWER)] == told(office, first.id)
    assert [("responded", WORK)] == told(office, second.id)


def test_a_conflict_shows_both_sides(
    office: Office, line: FaultProxy, agus: Tanggap, centre_port: int
) -> None:
    """Two officers and a citizen at once: news appears, the overtaken closure waits for a decision
    with both sides, and is sent as an answer.
    """
    closed, noted = office.add_cases([{}, {}])
    with opened(agus) as window:
        window.do("wait_for", noted.tracking_id, LIST)
        line.refuse()
        window.do("press", "F5")
        window.do("wait_for", "Luring", "status")
        window.do("open", closed.tracking_id)
        window.do("close", ANSWER)
        office.citizen_replies(closed.id, "Masih padam, jangan ditutup.")
        service = HttpService(f"http://127.0.0.1:{centre_port}")
        wati = office.device("wati", service)
        wati.follow()
        wati.do(noted.id, Note(text="Sudah saya telepon."))
        service.close()
        line.listen()
        window.do("press", "F5")
        window.do("wait_for_count", "Perlu keputusan", 1)
        window.do("open", noted.tracking_id)
        window.do("wait_for", "Sudah saya telepon.", HISTORY)
        window.do("press", "Ctrl+0")
        window.do("wait_for", ANSWER, "decision.mine")
        window.do("wait_for", "Masih padam, jangan ditutup.", "decision.theirs")
        assert [("citizen", "Masih padam, jangan ditutup.")] == told(office, closed.id)
        window.do(
            "press", "Space"
        )  # nothing is chosen any more if the reply came after the verdict
        window.do("press", "Return")
        window.do("wait_for_count", "Perlu keputusan", 0)
        window.do("wait_for", "semua terkirim", "status")
        window.leave()
    assert [("citizen", "Masih padam, jangan ditutup."), ("responded", ANSWER)] == told(
        office, closed.id
    )


def test_the_centre_wants_the_password_again(
    office: Office, line: FaultProxy, agus: Tanggap
) -> None:
    """A sign-in that has ended stops delivery, not work; the queue goes out after the new one."""
    case = office.add_case()
    with opened(agus) as window:
        window.do("wait_for", case.tracking_id, LIST)
        office.administration.set_password("agus", PasswordHasher().hash("sandi-yang-baru"))
        window.do("open", case.tracking_id)
        window.do("respond", ANSWER)
        window.do("wait_for", "Pusat meminta kata sandi Anda lagi", "sync-problem")
        window.do("wait_for", "tersimpan di komputer ini", HISTORY)
        window.do("sign_in_again", "sandi-yang-baru")
        window.do("wait_until_accepted")
        window.do("wait_for", "semua terkirim", "status")
        window.leave()
    assert [("responded", ANSWER)] == told(office, case.id)
