# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published protocol says what the code does."""

from __future__ import annotations

from sync.central.app import routes
from tools.protocol_tables import DOCUMENT, render


def test_the_tables_of_the_protocol_are_fresh() -> None:
    """docs/protocol.md is what `make docs` would write from the wire types and the policy."""
    document = DOCUMENT.read_text(encoding="utf-8")

    assert render(document) == document


def test_every_call_of_the_document_exists_at_the_centre() -> None:
    """Each endpoint named in the protocol is a route of the central server."""
    named = {
        line.split("`")[1]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith(("| `GET", "| `POST"))
    }

    assert named
    assert named <= set(routes())
