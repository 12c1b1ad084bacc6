# SPDX-License-Identifier: AGPL-3.0-or-later
"""The installed Qt binding counts Python's singletons right (the pin in pyproject.toml)."""

from __future__ import annotations

import json
import subprocess
import sys

# A faulty binding may abort when the interpreter ends, so it runs in a process of its own, which
# leaves without cleaning up once it has printed its figures.
_PROBE = """
import json, os, sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

class Sender(QObject):
    sent = Signal(bool)

def drift(call):
    call()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(500):
        call()
    after = sys.getrefcount(None), sys.getrefcount(True)
    return max(abs(b - a) for a, b in zip(before, after, strict=True))

application = QApplication([])
label, sender = QLabel(), Sender()
sender.sent.connect(label.setEnabled)
set_text, emit = lambda: label.setText("x"), lambda: sender.sent.emit(True)
print(json.dumps({"setText": drift(set_text), "emit": drift(emit)}), flush=True)
os._exit(0)
"""

A_HANDFUL = 20


def test_void_calls_do_not_lose_references() -> None:
    """Five hundred calls move the reference counts of None and True by no more than a handful."""
    probe = subprocess.run(
        [sys.executable, "-c", _PROBE], capture_output=True, check=True, text=True, timeout=60
    )
    drifts: dict[str, int] = json.loads(probe.stdout)
    assert {"setText", "emit"} == drifts.keys()
    assert {} == {call: drift for call, drift in drifts.items() if drift > A_HANDFUL}
