# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap-central publish-rules`` and ``list-rules``: files in, words out."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import msgspec

from sync.cases.rulebook import Rulebook
from sync.central.editions import Editions
from sync.courier.editions import Template
from sync.errors import EditionRefused


def publish(editions: Editions, given: argparse.Namespace) -> list[str]:
    """Publish what the named files hold; return what devices will count with.

    Raises:
        EditionRefused: (``edition.unreadable``) a file makes no sense; nothing was published.
        OSError: a file cannot be read.
    """
    templates = None
    try:
        if given.templates is not None:
            templates = msgspec.json.decode(given.templates.read_bytes(), type=list[Template])
        serial, rulebook = editions.publish(
            rule_sets=[path.read_text(encoding="utf-8") for path in given.rules],
            calendar="" if given.calendar is None else given.calendar.read_text(encoding="utf-8"),
            templates=templates,
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EditionRefused("edition.unreadable", detail=str(error)) from error
    return [f"Edisi {serial} diumumkan.", *rule_lines(editions, rulebook)]


def rule_lines(editions: Editions, base: Rulebook) -> Iterator[str]:
    """Yield what devices count with."""
    newest = editions.newest()
    rulebook = base if newest is None else newest.amends(base)
    yield f"Kalender: {rulebook.calendar.version}"
    for rules in rulebook.rule_sets:
        yield f"Aturan: {rules.name}, berlaku sejak {rules.valid_from.isoformat()}"
    for template in () if newest is None else newest.templates:
        yield f"Templat: {template.name} ({template.kind})"
