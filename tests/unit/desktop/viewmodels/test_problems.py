# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every failure has words; what nobody foresaw becomes a report."""

from __future__ import annotations

import pytest

from desktop.viewmodels.problems import Remedy, describe, describe_code
from sync.errors import StoreUnavailable, SyncError, SyncErrorKind
from sync.services.problem_words import WORDINGS


@pytest.mark.parametrize("kind", SyncErrorKind)
def test_every_failure_of_an_exchange_has_words(kind: SyncErrorKind) -> None:
    """The officer reads a sentence, never a code."""
    problem = describe(SyncError(kind))

    assert problem.code in WORDINGS
    assert (problem.title, problem.detail) == (
        WORDINGS[problem.code].title,
        WORDINGS[problem.code].detail,
    )


def test_a_login_page_is_told_from_a_fault(indonesian: None) -> None:
    """The reason decides the advice."""
    problem = describe(SyncError(SyncErrorKind.MALFORMED, reason="portal"))

    assert "Jaringan meminta Anda masuk dulu" == problem.title
    assert (Remedy.RETRY,) == problem.remedies


def test_an_unknown_reason_falls_back_to_its_kind() -> None:
    """A newer core may give reasons that this window does not know."""
    problem = describe_code("sync.malformed.strange")

    assert ("sync.malformed.strange", WORDINGS["sync.malformed"].title) == (
        problem.code,
        problem.title,
    )


def test_the_reference_has_what_support_needs() -> None:
    """Data travels with the words, for the clipboard."""
    problem = describe(StoreUnavailable("store.disk-full", folder="berkas"))

    assert "store.disk-full folder='berkas'" == problem.reference


def test_a_bug_becomes_a_report() -> None:
    """An unexpected exception is shown with its traceback to copy."""
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 // 0
    problem = describe(caught.value)

    assert "bug" == problem.code
    assert "ZeroDivisionError" in problem.reference
