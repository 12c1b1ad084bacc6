# SPDX-License-Identifier: AGPL-3.0-or-later
"""What words for a failure consist of, and what may be offered beside them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Remedy(StrEnum):
    """What a pane may offer to do about a problem."""

    RETRY = "retry"
    SIGN_IN = "sign-in"
    REFRESH = "refresh"
    RESCUE = "rescue"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts marked for translation, and what may be offered."""

    title: str
    detail: str
    remedies: tuple[Remedy, ...] = ()
