# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of centres."""

from __future__ import annotations

import pytest

from sync.errors import SignInFailed
from sync.transports.address import server_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("tanggap.example.go.id", "https://tanggap.example.go.id"),
        (" https://Tanggap.Example.go.id/ ", "https://tanggap.example.go.id"),
        ("https://example.go.id:8443/tanggap/", "https://example.go.id:8443/tanggap"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_addresses_have_one_spelling(typed: str, kept: str) -> None:
    """What officers type becomes what is kept."""
    assert kept == server_address(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "sign-in.server-address"),
        ("ftp://example.go.id", "sign-in.server-address"),
        ("https://orang@example.go.id", "sign-in.server-address"),
        ("https://example.go.id:port", "sign-in.server-address"),
        ("https://example.go.id?x=1", "sign-in.server-address"),
        ("https://[::1", "sign-in.server-address"),
        ("http://example.go.id", "sign-in.plain-http"),
        ("http://127.0.0.1.example.go.id", "sign-in.plain-http"),
        ("http://10.0.0.5", "sign-in.plain-http"),
    ],
)
def test_unsafe_and_impossible_addresses_are_refused(typed: str, code: str) -> None:
    """Words and tokens never cross an open line to another computer."""
    with pytest.raises(SignInFailed) as caught:
        server_address(typed)
    assert code == caught.value.code
