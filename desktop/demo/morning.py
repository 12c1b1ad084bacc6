# SPDX-License-Identifier: AGPL-3.0-or-later
"""How every officer begins: sign in, wait for the first page, read, ask, search."""

from __future__ import annotations

from functools import partial
from typing import Final

from desktop.demo import eyes
from desktop.demo.colleague import Colleague
from desktop.demo.officer import LIST, is_shown, numbers
from desktop.demo.scene import Scene
from sync.central.sample_office import DEMO_PASSWORD

DEMO_PASSPHRASE: Final = "kereta pagi ke kantor"  # noqa: S105 - locks a folder that the demo made


def begin(scene: Scene) -> list[str]:
    """Play the beginning of a day; return the numbers of the first complaints of the queue.

    Raises:
        TooLate: something that had to be seen was not; the report has it too.
    """
    hands, officer = scene.hands, scene.officer
    officer.wait_for_part("sign-in.username")
    scene.picture("masuk")
    scene.do(
        "Give user name and password", lambda: officer.give_account(scene.username, DEMO_PASSWORD)
    )
    scene.picture("kunci-komputer")
    scene.do(
        "Choose the passphrase that locks this computer", lambda: officer.lock(DEMO_PASSPHRASE)
    )
    scene.do("The first page is usable", lambda: hands.wait(lambda: is_shown(LIST), "complaints"))
    scene.picture("muatan-pertama")
    scene.do("Everything has come, as many as the centre has", lambda: _all_here(scene))
    cases = numbers(eyes.rows(LIST))
    scene.picture("antrean")
    scene.do("Walk the queue and read complaints", lambda: _read(scene))
    scene.picture("laporan")
    scene.do("Ask why the deadline is this day", lambda: _explain(scene))
    scene.picture("mengapa-tanggal-ini")
    hands.press("D")
    scene.do("Search everything on this computer", lambda: officer.search("saldo kartu"))
    scene.picture("pencarian")
    hands.press("Esc")
    scene.do("See what can be done by keyboard", lambda: _help(scene))
    return cases


def _all_here(scene: Scene) -> None:
    with Colleague(scene.centre, scene.username) as another_computer:
        held = len(another_computer.cases)
    scene.officer.wait_for_count("Semua laporan", held)
    scene.report.count("complaints on this computer", held)
    scene.hands.wait(lambda: is_shown(LIST), "the rows of the queue")
    scene.officer.wait_for("semua terkirim")


def _read(scene: Scene) -> None:
    for _ in range(2):
        before = eyes.seen("case.received")
        scene.hands.press("J")
        scene.hands.wait(partial(_is_other, before), "another complaint")


def _is_other(before: list[str]) -> bool:
    return eyes.seen("case.received") not in ([], before)


def _explain(scene: Scene) -> None:
    scene.hands.press("D")
    scene.officer.wait_for("hari itu tidak dihitung", "case.deadlines")


def _help(scene: Scene) -> None:
    scene.hands.press("F1")
    scene.officer.wait_for("Ctrl+K", "shortcut-help")
    scene.picture("pintasan")
    scene.hands.press("Esc")
    scene.hands.wait(lambda: not eyes.seen("shortcut-help"), "the help to close")
