# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cursors are short, opaque and the centre's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.central.cursor import Cursor, FirstLoad, seal, unseal

SECRET = b"s" * 32
TAGS = st.binary(min_size=4, max_size=4)
NUMBERS = st.integers(min_value=0, max_value=2**48)
LOADS = st.builds(
    FirstLoad,
    total=NUMBERS,
    done=NUMBERS,
    rest=st.booleans(),
    registered_at=NUMBERS,
    case_id=NUMBERS,
)


@st.composite
def cursors(draw: st.DrawFn) -> Cursor:
    """Draw any cursor that may exist."""
    base, further = draw(NUMBERS), draw(NUMBERS)
    loading = draw(st.none() | LOADS)
    ahead = 0 if loading else draw(NUMBERS)
    return Cursor(
        epoch=draw(TAGS),
        access=draw(TAGS),
        reference=draw(TAGS),
        seq=base + further,
        base=base,
        loading=loading,
        ahead=base + further + ahead if ahead else 0,
        left=draw(NUMBERS) if ahead else 0,
    )


@given(cursor=cursors())
def test_a_cursor_comes_back_as_it_was(cursor: Cursor) -> None:
    """What was sealed is what is unsealed, as short text for a header or a file."""
    text = seal(cursor, SECRET)
    assert cursor == unseal(text, SECRET)
    assert text.isascii()
    assert len(text) <= 128


@given(cursor=cursors(), text=st.text(max_size=60))
def test_nobody_else_can_make_one(cursor: Cursor, text: str) -> None:
    """Another secret, or any other text, gives nothing."""
    assert unseal(seal(cursor, b"other"), SECRET) is None
    assert unseal(text, SECRET) is None


def test_a_resting_device_has_a_short_cursor() -> None:
    """After ten million changes a cursor is still at most 36 characters."""
    tag = bytes(4)
    cursor = Cursor(epoch=tag, access=tag, reference=tag, seq=10_000_000, base=10_000_000)
    assert len(seal(cursor, SECRET)) <= 36
