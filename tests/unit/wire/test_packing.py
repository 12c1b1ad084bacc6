# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small messages, packed with what both ends know of messages beforehand."""

from __future__ import annotations

import hashlib
import io

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

import resources
from sync.wire import codec, packing
from sync.wire.messages import CommandRecord, EventRecord, SyncReply, SyncRequest, Verdict

ID = "01234567-89ab-4cde-8f01-23456789abcd"
PLACE = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo5"
WORDS = "Lampu di simpang tiga sudah menyala lagi sejak kemarin sore; terima kasih atas laporannya."

REQUEST = SyncRequest(
    cursor=PLACE,
    max_bytes=4_096,
    commands=[
        CommandRecord(
            id=ID, n=7, case_id=4_711, base_v=3, at=1, kind="respond", data={"text": WORDS}
        )
    ],
)
VERDICT = SyncReply(
    now=1, verdicts=[Verdict(id=ID, verdict="accepted", receipt="2026-0000001", v=4, seq=9)]
)
NEWS = SyncReply(
    now=1,
    cursor=PLACE,
    events=[
        EventRecord(
            case_id=4_711,
            v=4,
            at=1_795_500_000_000,
            kind="responded",
            data={"text": WORDS},
            done_at=1_795_500_000_000,
            actor_id=12,
            actor="Wati Lestari",
            device=ID,
            command_id=ID,
        )
    ],
)


def _unpacked(packed: bytes) -> bytes:
    return packing.unpacker(io.BytesIO(packed), 1 << 20).read()


@given(st.binary(max_size=20_000))
def test_whatever_is_packed_comes_back(body: bytes) -> None:
    """Also what is no message at all."""
    assert body == _unpacked(packing.packed(body))


@pytest.mark.parametrize("message", [REQUEST, VERDICT, NEWS], ids=["act", "receipt", "news"])
def test_a_small_message_becomes_a_quarter_smaller_than_without_the_dictionary(
    message: SyncRequest | SyncReply,
) -> None:
    """One act, its receipt, one entry of a colleague: what goes over the line all day."""
    body = codec.encode(message)
    plain = len(zstandard.ZstdCompressor(level=3).compress(body))
    assert len(packing.packed(body)) <= 0.75 * plain


def test_the_dictionary_never_changes() -> None:
    """Programs that are out there have this one; another one is another coding."""
    known = hashlib.sha256(resources.data("wire/tz1.dictionary")).hexdigest()
    assert "ad4858db3930fa521cec4654232be146508d1d2d61b263adca4d3d7238c1a68e" == known


def test_what_is_not_in_this_coding_is_refused() -> None:
    """Not read as something else."""
    with pytest.raises(zstandard.ZstdError):
        _unpacked(b"{}")
