# SPDX-License-Identifier: AGPL-3.0-or-later
"""The day of a liaison officer: work, hours offline, the way back, and the proof at the centre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from desktop.demo import eyes
from desktop.demo.centre import citizen_writes
from desktop.demo.colleague import Colleague, words_in
from desktop.demo.officer import ACTS, DECISIONS, DONE, LIST, NOT_FOLLOWED_UP, numbers
from desktop.demo.scene import Scene
from sync.cases.commands import Note
from sync.cases.ids import CaseId

COLLEAGUE: Final = "budi"
_COLLEAGUE_NAME: Final = "Budi Setyawan"
_ADMIN: Final = "ratna"

_ANSWER: Final = "Terima kasih atas laporannya. Petugas sudah memeriksa dan menanganinya pagi ini."
_WORK: Final = "Petugas lapangan memeriksa lokasi bersama kepala stasiun."
_NEXT: Final = "Periksa hasil perbaikan"
_NOTE: Final = "Pelapor minta dihubungi sore hari."
_SORRY: Final = "Mohon maaf atas ketidaknyamanannya. Perbaikan dijadwalkan pekan ini."
_LAST_WORD: Final = "Perbaikan sudah selesai, laporan kami tutup. Terima kasih."
_OFFLINE_WORK: Final = "Teknisi mengganti suku cadang di tempat."
_HELP: Final = "Saya bantu cek ke unit perawatan."
_CITIZEN: Final = "Sampai pagi ini masih rusak, mohon jangan ditutup dulu."
_REASON: Final = "Pelapor menghubungi loket, kerusakan terulang."


class Day:
    """Plays the day and remembers what the ledger must have in the end.

    Args:
        cases: numbers of complaints that nobody has worked on, five at least.
    """

    def __init__(self, scene: Scene, cases: list[str]) -> None:
        self._scene = scene
        self._officer = scene.officer
        self._answered, self._sorry, self._closed, self._followed, self._helped = cases[:5]
        self._acts: Counter[tuple[str, str, str]] = Counter()

    def play(self) -> None:
        """Do everything, in order.

        Raises:
            TooLate: something that had to be seen was not; the report has it too.
            AssertionError: the centre does not have what it must have; likewise.
        """
        self._work_online()
        with Colleague(self._scene.centre, COLLEAGUE) as colleague:
            self._work_offline()
            self._scene.do(
                "Meanwhile a colleague and a reporter write", lambda: self._meanwhile(colleague)
            )
        self._return()
        self._decide()
        self._reopen()
        self._look_around()
        self._scene.do("The centre has every act exactly once", self._prove)

    def _work_online(self) -> None:
        scene, officer, case = self._scene, self._officer, self._answered
        scene.do("Go back to the queue", lambda: officer.go(NOT_FOLLOWED_UP))
        scene.do("Open a complaint by its number", lambda: officer.open(case))
        self._act(case, "responded", _ANSWER, "Answer the reporter", officer.respond)
        self._act(case, "followed_up", _WORK, "Record a follow-up and the next step", self._follow)
        self._act(case, "noted", _NOTE, "Leave a note for colleagues", officer.note)
        scene.do("Put a colleague in charge", lambda: officer.assign_to(_COLLEAGUE_NAME))
        self._acts[case, "assigned", ""] += 1
        scene.do("The centre has accepted all four", officer.wait_until_accepted)
        scene.picture("riwayat")

    def _work_offline(self) -> None:
        scene, officer = self._scene, self._officer
        scene.do("The network goes away", self._lose_the_line)
        officer.open(self._sorry)
        self._act(self._sorry, "responded", _SORRY, "Answer offline", officer.respond)
        officer.open(self._closed)
        self._act(self._closed, "closed", _LAST_WORD, "Close a complaint offline", officer.close)
        officer.open(self._followed)
        self._act(self._followed, "followed_up", _OFFLINE_WORK, "Follow up offline", self._follow)
        scene.do(
            "It can be seen that it is on this computer only",
            lambda: officer.wait_for("tersimpan di komputer ini", "case.history"),
        )
        scene.do("The outbox counts three", lambda: officer.wait_for_count("Kotak keluar", 3))
        scene.picture("luring")
        scene.do("Open the outbox", lambda: officer.run("Kotak keluar"))
        officer.wait_for(_OFFLINE_WORK, ACTS)
        scene.picture("kotak-keluar-luring")

    def _meanwhile(self, colleague: Colleague) -> None:
        verdict = colleague.act(self._helped, Note(text=_HELP))
        if verdict.verdict != "accepted":
            raise AssertionError(f"the colleague was not heard: {verdict}")
        case_id = CaseId(colleague.cases[self._closed].id)
        citizen_writes(self._scene.folder, case_id, _CITIZEN)

    def _return(self) -> None:
        scene, officer = self._scene, self._officer
        scene.do("The network comes back and the outbox empties", self._find_the_line)
        scene.do("The receipts can be seen", lambda: officer.wait_for("nomor terima", ACTS))
        scene.picture("kotak-keluar-terkirim")

    def _decide(self) -> None:
        scene, officer = self._scene, self._officer
        scene.do("The overtaken closure waits, with both sides", self._look_at_decision)
        scene.picture("perlu-keputusan")
        officer.run("Gelap")
        scene.picture("perlu-keputusan-gelap")
        officer.run("Terang")
        scene.hands.press(DECISIONS)
        scene.do("Send it as an answer instead", self._apply)
        scene.picture("sudah-diputuskan")
        officer.go(NOT_FOLLOWED_UP)
        officer.open(self._helped)
        scene.do("The colleague's note has come", lambda: officer.wait_for(_HELP, "case.history"))

    def _reopen(self) -> None:
        scene, officer = self._scene, self._officer
        scene.do("Look at what is done", lambda: officer.go(DONE))
        case = numbers(eyes.rows(LIST))[0]
        officer.open(case)
        self._act(case, "reopened", _REASON, "Reopen a complaint", officer.reopen)
        scene.do("The centre has accepted that too", officer.wait_until_accepted)
        scene.do("The light is green again", lambda: officer.wait_for("semua terkirim", "status"))
        scene.picture("dibuka-kembali")

    def _look_around(self) -> None:
        scene, officer = self._scene, self._officer
        officer.go(NOT_FOLLOWED_UP)
        officer.open(self._answered)
        officer.run("Gelap")
        scene.picture("gelap")
        officer.run("Terang")
        scene.do("Speak English", lambda: officer.run("English"))
        officer.wait_for("Send response", "composer.send")
        scene.picture("english")

    # What steps are made of.

    def _follow(self, words: str) -> None:
        self._officer.follow_up(words, _NEXT)

    def _lose_the_line(self) -> None:
        self._scene.line.pull()
        self._scene.hands.press("F5")
        self._officer.wait_for("Luring", "status")

    def _find_the_line(self) -> None:
        self._scene.line.plug()
        self._scene.hands.press("F5")
        self._officer.wait_for_count("Kotak keluar", 0)

    def _look_at_decision(self) -> None:
        self._officer.wait_for_count("Perlu keputusan", 1)
        self._scene.hands.press(DECISIONS)
        self._officer.wait_for(_LAST_WORD, "decision.mine")
        self._officer.wait_for(_CITIZEN, "decision.theirs")

    def _apply(self) -> None:
        hands, officer = self._scene.hands, self._officer
        hands.wait(lambda: eyes.keyboard_is_in("decision"), "the keyboard on the choice")
        hands.press("Space")  # nothing is chosen any more if the reply came after the verdict
        hands.press("Return")
        officer.wait_for_count("Perlu keputusan", 0)
        officer.wait_for_count("Kotak keluar", 0)
        self._acts[self._closed, "closed", _LAST_WORD] -= 1
        self._acts[self._closed, "responded", _LAST_WORD] += 1

    def _prove(self) -> None:
        with Colleague(self._scene.centre, _ADMIN) as admin:
            number_of = {case.id: number for number, case in admin.cases.items()}
            ledger = Counter(
                (number_of[event.case_id], event.kind, words_in(event))
                for events in admin.events.values()
                for event in events
                if event.command_id is not None
            )
        ledger[self._helped, "noted", _HELP] -= 1  # the colleague's
        self._scene.report.count("acts of the officer", self._acts.total())
        self._scene.report.count("acts in the ledger", ledger.total())
        if +ledger != +self._acts:
            raise AssertionError(f"missing {self._acts - ledger}, too many {ledger - self._acts}")

    def _act(self, case: str, kind: str, words: str, what: str, act: Callable[[str], None]) -> None:
        self._scene.do(what, lambda: act(words))
        self._acts[case, kind, words] += 1
