# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sums that tell whether two ends hold the same: equal for equal content, in whatever order."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from sync.wire import digests

versions = st.dictionaries(st.integers(1, 2**40), st.integers(1, 2**20), max_size=30)


@given(held=versions, seed=st.integers())
def test_order_does_not_matter(held: dict[int, int], seed: int) -> None:
    """Two ends read their cases in any order."""
    pairs = list(held.items())
    random.Random(seed).shuffle(pairs)
    assert digests.version_sums(held.items()) == digests.version_sums(pairs)


@given(one=versions, other=versions)
def test_sums_are_equal_exactly_when_the_cases_are(
    one: dict[int, int], other: dict[int, int]
) -> None:
    """A difference shows in the total, and in the bucket of each case that differs."""
    ours, theirs = (digests.version_sums(held.items()) for held in (one, other))
    assert (one == other) == (digests.total(ours) == digests.total(theirs))
    differing = {id_ for id_ in one.keys() | other.keys() if one.get(id_) != other.get(id_)}
    found = {at for at, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b}
    assert {digests.bucket_of(id_) for id_ in differing} == found


@given(
    first=st.integers(-(10**12), 10**12),
    width=st.integers(-(10**12), 10**12),
    count=st.integers(0, 10**6),
)
def test_groups_are_buckets_whatever_is_asked(first: int, width: int, count: int) -> None:
    """A device that asks nonsense does not make the centre count to it."""
    groups = digests.groups(first, width, count)
    buckets = [bucket for group in groups for bucket in group]
    assert sorted(set(buckets)) == buckets
    assert set(buckets) <= set(range(digests.BUCKETS))
    assert len(digests.content_sums([(7, 9)], groups)) == len(groups)
