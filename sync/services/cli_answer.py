# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a verb of the command line has to say: to machines, to people, and to the shell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sync.errors import TanggapError

DONE: Final = 0
MISUSED: Final = 2
REFUSED: Final = 3
NOT_CONNECTED: Final = 4
SIGN_IN: Final = 5
STORE: Final = 6
NOT_FOUND: Final = 7
DECISIONS_WAIT: Final = 8


class Misuse(TanggapError):
    """What was asked for cannot be found, or not unambiguously (``usage.*``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a verb has to say: to machines, to people, and to the shell."""

    data: Any
    lines: Sequence[str] = ()
    code: int = DONE
