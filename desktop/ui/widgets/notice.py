# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a banner or an empty pane says: values, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.theme.tokens import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A next step the officer can take.

    Attributes:
        code: What the pane is told when it is chosen.
        label: The verb on the button.
    """

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A problem or news, in words that are already translated.

    Attributes:
        title: What happened, naming the case.
        detail: The cause in plain words and what it means; may be empty.
        tone: INFO, OK, WARN or DANGER.
        steps: What can be done; the first is the advised one.
        reference: What support needs besides: error code, times, numbers. Copied, not shown.
    """

    title: str
    detail: str = ""
    tone: Tone = Tone.WARN
    steps: tuple[Step, ...] = ()
    reference: str = ""

    def as_text(self) -> str:
        """Return everything as plain lines, for the clipboard."""
        return "\n".join(part for part in (self.title, self.detail, self.reference) if part)
