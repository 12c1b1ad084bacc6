# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a few words beside a case mean. Panes choose shape and colour by the meaning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """The meanings; each has one look in `desktop.ui.looks_of_marks`."""

    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    ON_TRACK = "on-track"
    STATUS = "status"
    WAITING = "waiting"
    DONE = "done"
    KIND = "kind"
    REQUEST = "request"
    """A kind of case that is no complaint: a wish or a question."""
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DECISION = "decision"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    SECRET = "secret"  # noqa: S105 - the case is secret
    ANONYMOUS = "anonymous"
    PUBLIC = "public"
    INTERNAL = "internal"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A few words with a meaning, such as a deadline.

    Attributes:
        hint: more words, shown on hovering and spoken.
    """

    text: str
    mark: Mark
    hint: str = ""
