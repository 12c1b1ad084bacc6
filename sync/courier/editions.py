# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the centre publishes for all devices, signed: rule sets, a calendar, templates of answers.

The same record goes by the network and in courier files, so its signature is its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

import msgspec

from sync.cases.rulebook import Rulebook
from sync.courier.keys import Keys, is_signed_by
from sync.errors import EditionRefused
from sync.wire.messages import CourierKeys, EditionRecord, Message

MOST_BYTES = 1024 * 1024
"""Of content; the rules of a country are a hundredth of that."""

_MOST_TEMPLATES = 500


class Template(Message, frozen=True):
    """Words to begin an answer with; ``kind`` is that of the act that they are for."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
    kind: str = "respond"


class Edition(Message, frozen=True):
    """The content of an edition.

    Attributes:
        rule_sets: the JSON texts of rule sets (docs/deadlines.md).
        calendar: that of a holiday calendar; empty for none.
    """

    rule_sets: Sequence[str] = ()
    calendar: str = ""
    templates: Annotated[Sequence[Template], msgspec.Meta(max_length=_MOST_TEMPLATES)] = ()

    def amends(self, base: Rulebook) -> Rulebook:
        """Return a rulebook with what is in here.

        Raises:
            EditionRefused: (``edition.unreadable``) it makes no sense.
        """
        try:
            return base.amended(rule_sets=self.rule_sets, calendar=self.calendar)
        except ValueError as error:
            raise EditionRefused("edition.unreadable", detail=str(error)) from error


def signed(serial: int, edition: Edition, keys: Keys) -> EditionRecord:
    """Return an edition as it is told."""
    content = msgspec.json.encode(edition).decode()
    proof = keys.signing.sign(_signed(serial, content)).hex()
    return EditionRecord(serial=serial, content=content, signature=proof)


def opened(record: EditionRecord, centre: CourierKeys) -> Edition:
    """Return what the centre published.

    Raises:
        EditionRefused: ``edition.not-signed``: not by this centre; ``edition.unreadable``.
    """
    if not is_signed_by(centre.verifier, _proof(record), _signed(record.serial, record.content)):
        raise EditionRefused("edition.not-signed")
    if len(record.content) > MOST_BYTES:
        raise EditionRefused("edition.unreadable", detail="too large")
    try:
        return msgspec.json.decode(record.content, type=Edition)
    except (msgspec.DecodeError, RecursionError) as error:
        raise EditionRefused("edition.unreadable", detail=str(error)) from error


def _proof(record: EditionRecord) -> bytes:
    try:
        return bytes.fromhex(record.signature)
    except ValueError:
        return b""


def _signed(serial: int, content: str) -> bytes:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return f"tanggap-edition 1\n{serial}\n{digest}\n".encode()
