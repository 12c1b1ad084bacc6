# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented words on complaints that went to other offices."""

from __future__ import annotations

from sync.cases.ids import CaseId, CommandId
from sync.cases.policy import Choice
from sync.cases.projection import Delivery
from sync.cases.views import LeftWork
from tests.support.fake_office import at

ANSWER = (
    "Bapak Dedi, petugas kami sudah memeriksa pagar perlintasan di Citayam. Pagar sisi barat "
    "rusak dan kami usulkan diganti bulan depan."
)


def left_work() -> list[LeftWork]:
    """Return a draft, an act that was refused, and one that is still being sent."""
    return [
        LeftWork(
            case_id=CaseId(901),
            kind="respond",
            words=ANSWER,
            written_at=at(24, 8, 40),
            base_v=3,
            tracking_id="4021533",
            title="Pagar perlintasan rusak",
            reason="disposed",
            to="Dinas Perhubungan Kota Depok",
            left_at=at(24, 9, 2),
            choices=(Choice.HAND_OVER, Choice.WITHDRAW),
        ),
        LeftWork(
            case_id=CaseId(902),
            kind="follow_up",
            words="Sudah diperiksa di lapangan bersama petugas stasiun.",
            written_at=at(23, 16, 5),
            base_v=2,
            tracking_id="4020311",
            title="Lampu peron padam",
            reason="scope",
            left_at=at(24, 7, 55),
            command_id=CommandId("tindakan-902"),
            delivery=Delivery.REJECTED,
            choices=(Choice.HAND_OVER, Choice.WITHDRAW),
        ),
        LeftWork(
            case_id=CaseId(903),
            kind="note",
            words="Mohon koordinasi dengan pengelola parkir.",
            written_at=at(23, 15, 1),
            base_v=2,
            tracking_id="4020177",
            title="Parkir liar di depan stasiun",
            reason="disposed",
            to="Dinas Perhubungan Kota Bogor",
            left_at=at(24, 7, 55),
            command_id=CommandId("tindakan-903"),
            delivery=Delivery.UNKNOWN,
        ),
    ]
