# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place where an exception becomes words: what happened, why, and what can be done."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace

from sync.engine.status import problem_code
from sync.errors import TanggapError
from sync.i18n import gettext as _
from sync.services.copy_words import said_of_copy
from sync.services.problem_words import BUG, Remedy, Wording, is_worded, wording_of

__all__ = ["Problem", "Remedy", "describe", "describe_code", "is_worded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure in words.

    Attributes:
        code: stable; for tests, logs and support.
        title: what happened.
        detail: the cause and the next step in plain words.
        remedies: what may be offered as buttons.
        reference: what support needs besides; copied, not shown.
    """

    code: str
    title: str
    detail: str
    remedies: tuple[Remedy, ...] = ()
    reference: str = ""


def describe(error: Exception) -> Problem:
    """Put a failure into words; what nobody foresaw becomes a report for support."""
    if isinstance(error, TanggapError):
        more = said_of_copy(error.data)
        return describe_code(problem_code(error), reference=str(error), more=more)
    report = "".join(traceback.format_exception(error))
    return _worded("bug", BUG, report)


def report_of(report: str) -> Problem:
    """Put a crash into words; the report goes to support."""
    return _worded("bug", BUG, report)


def describe_code(code: str, *, reference: str = "", more: str = "") -> Problem:
    """Put a code into words; a code with a reason falls back to the one without.

    Args:
        more: what is known besides, in words.
    """
    told = _worded(code, wording_of(code) or BUG, reference or code)
    return replace(told, detail=f"{told.detail} {more}") if more else told


def _worded(code: str, wording: Wording, reference: str) -> Problem:
    return Problem(
        code=code,
        title=_(wording.title),
        detail=_(wording.detail),
        remedies=wording.remedies,
        reference=reference,
    )
