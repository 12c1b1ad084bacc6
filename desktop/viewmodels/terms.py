# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where own work stands, as chips: the words of :mod:`sync.services.terms` with their meaning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from desktop.viewmodels.marks import Mark, Tag
from sync.cases.projection import Delivery, Standing
from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.terms import delivery_text

_SHORT_DELIVERIES: Final = {
    Delivery.STORED: mark("not sent"),
    Delivery.SENDING: mark("being sent"),
    Delivery.UNKNOWN: mark("answer not known"),
    Delivery.CONFLICT: mark("needs decision"),
    Delivery.BLOCKED: mark("needs decision"),
    Delivery.REJECTED: mark("refused"),
}
"""For where there is little room; what is settled is not told there."""

_DELIVERY_MARKS: Final = {
    Delivery.STORED: Mark.PENDING,
    Delivery.SENDING: Mark.SENDING,
    Delivery.UNKNOWN: Mark.UNKNOWN,
    Delivery.ACCEPTED: Mark.ACCEPTED,
    Delivery.CONFLICT: Mark.DECISION,
    Delivery.BLOCKED: Mark.DECISION,
    Delivery.REJECTED: Mark.REFUSED,
    Delivery.WITHDRAWN: Mark.WITHDRAWN,
}


def delivery_tag(standing: Standing) -> Tag:
    """Return where an act stands, to be read after its kind."""
    return Tag(text=delivery_text(standing), mark=_DELIVERY_MARKS[standing.delivery])


def own_tags(own: Iterable[Standing]) -> list[Tag]:
    """Return where the acts on one complaint stand in few words, the most urgent first."""
    waiting = [(delivery, False) for delivery in _SHORT_DELIVERIES]
    waiting.append((Delivery.UNKNOWN, True))
    found = {(standing.delivery, standing.by_courier) for standing in own}
    tags: list[Tag] = []
    for delivery, by_courier in reversed(waiting):
        if (delivery, by_courier) not in found:
            continue
        words = _("with the courier") if by_courier else _(_SHORT_DELIVERIES[delivery])
        tag = Tag(text=words, mark=_DELIVERY_MARKS[delivery])
        if tag not in tags:
            tags.append(tag)
    return tags
