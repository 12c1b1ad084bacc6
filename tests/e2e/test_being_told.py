# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a colleague does appears by itself: two real windows, one real centre, nobody presses F5."""

from __future__ import annotations

from pathlib import Path

from sync.engine.loop import POLL_S
from tests.support.central import Office
from tests.support.faults import FaultProxy
from tests.support.ledger import told
from tests.support.processes import PASSPHRASE, Tanggap, window_process

LIST, HISTORY = "case-list.table", "case.history"
WORDS = "Sudah saya telepon, tim datang sore ini."


def test_a_colleagues_entry_appears_in_an_open_window(
    office: Office, line: FaultProxy, agus: Tanggap, tmp_path: Path
) -> None:
    """Wati writes a note on a case that Agus has open, and he reads it before he would have asked.

    The windows look for themselves only once a minute, which is longer than a wait here may take.
    """
    assert POLL_S > 50
    case = office.add_case()
    wati = Tanggap(tmp_path / "wati")
    wati("sign-in", line.url, "wati")
    with window_process(agus.data) as his, window_process(wati.data) as hers:
        for window in (his, hers):
            window.do("unlock", PASSPHRASE)
            window.do("wait_for", case.tracking_id, LIST)
            window.do("open", case.tracking_id)
        hers.do("note", WORDS)
        his.do("wait_for", WORDS, HISTORY)
        his.leave()
        hers.leave()
    assert [("noted", WORDS)] == told(office, case.id)
