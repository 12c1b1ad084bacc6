# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which colour and shape each meaning has; the only place that decides it."""

from __future__ import annotations

from typing import Final

from desktop.theme.icons import IconName
from desktop.theme.tokens import Tone
from desktop.ui.widgets.chip_paint import ChipFace
from desktop.ui.widgets.notice import Notice, Step
from desktop.viewmodels.marks import Mark, Tag
from desktop.viewmodels.problems import Problem, Remedy
from desktop.viewmodels.sync_status import Light

_LOOKS: Final[dict[Mark, tuple[Tone, IconName | None]]] = {
    Mark.OVERDUE: (Tone.DANGER, IconName.OVERDUE),
    Mark.DUE_SOON: (Tone.WARN, IconName.DUE_SOON),
    Mark.ON_TRACK: (Tone.OK, IconName.ON_TRACK),
    Mark.STATUS: (Tone.INFO, None),
    Mark.WAITING: (Tone.NEUTRAL, IconName.WAITING),
    Mark.DONE: (Tone.OK, IconName.CHECK),
    Mark.KIND: (Tone.NEUTRAL, None),
    Mark.REQUEST: (Tone.INFO, None),
    Mark.PENDING: (Tone.PENDING, IconName.PENDING),
    Mark.SENDING: (Tone.INFO, IconName.SENDING),
    Mark.UNKNOWN: (Tone.PENDING, IconName.UNKNOWN),
    Mark.ACCEPTED: (Tone.OK, IconName.ACCEPTED),
    Mark.DECISION: (Tone.DANGER, IconName.DECISION),
    Mark.REFUSED: (Tone.DANGER, IconName.REFUSED),
    Mark.WITHDRAWN: (Tone.NEUTRAL, IconName.UNDO),
    Mark.DRAFT: (Tone.NEUTRAL, IconName.DRAFT),
    Mark.SECRET: (Tone.INTERNAL, IconName.SECRET),
    Mark.ANONYMOUS: (Tone.NEUTRAL, IconName.ANONYMOUS),
    Mark.PUBLIC: (Tone.PUBLIC, IconName.PUBLIC),
    Mark.INTERNAL: (Tone.INTERNAL, IconName.INTERNAL),
    Mark.NEW: (Tone.INFO, IconName.WARNING),
}

LIGHT_TONES: Final = {
    Light.IN_ORDER: Tone.OK,
    Light.QUIET: Tone.NEUTRAL,
    Light.WORKING: Tone.INFO,
    Light.WAITING: Tone.WARN,
    Light.ACT: Tone.DANGER,
}


def tone_of(mark: Mark) -> Tone:
    """Return the colours of a meaning."""
    return _LOOKS[mark][0]


def chip_face(tag: Tag) -> ChipFace:
    """Return a tag as a chip."""
    tone, icon = _LOOKS[tag.mark]
    spoken = f"{tag.hint}: {tag.text}" if tag.hint else tag.text
    return ChipFace(text=tag.text, tone=tone, icon=icon, spoken=spoken)


def notice_of(problem: Problem, labels: dict[Remedy, str]) -> Notice:
    """Return a problem as a banner; remedies without a label are not offered here."""
    return Notice(
        title=problem.title,
        detail=problem.detail,
        tone=Tone.DANGER,
        steps=tuple(
            Step(code=remedy.value, label=labels[remedy])
            for remedy in problem.remedies
            if remedy in labels
        ),
        reference=problem.reference or problem.code,
    )
