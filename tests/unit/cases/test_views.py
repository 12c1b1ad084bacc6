# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a draft holds nothing worth keeping."""

from __future__ import annotations

from datetime import date

import pytest

from sync.cases.case import Attachment
from sync.cases.ids import CaseId
from sync.cases.views import Draft


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_a_draft_of_blanks_is_blank(text: str) -> None:
    """Blanks and a date alone are nothing that an officer would miss."""
    assert Draft(case_id=CaseId(1), kind="respond", text=text, done_on=date(2026, 11, 2)).is_blank


@pytest.mark.parametrize(
    "draft",
    [
        Draft(case_id=CaseId(1), kind="respond", text="Yth."),
        Draft(case_id=CaseId(1), kind="follow_up", next_step="Cek gardu"),
        Draft(
            case_id=CaseId(1),
            kind="follow_up",
            evidence=(Attachment(name="foto.jpg", size_bytes=9),),
        ),
    ],
)
def test_a_draft_with_words_or_files_is_kept(draft: Draft) -> None:
    """Words in any field and files are kept."""
    assert not draft.is_blank
