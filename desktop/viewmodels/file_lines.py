# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file in words: its name and size, where its content is, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import describe_code
from sync.cases.case import Attachment
from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.attachments import FileState, Whereabouts


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """A file as it is shown.

    Attributes:
        sha256: names its content; empty where nobody knows it.
        standing: where the content is; empty where there is nothing to say.
        share: how much of it is over, from 0 to 1; None when it is not on its way.
        picture: a small picture, as it is in a file; None for none.
        can_open: the content can be opened now or fetched.
        trouble: why it does not move, with what to do; empty when all is well.
        goes_by_itself: the trouble ends without anybody's doing.
    """

    name: str
    size: str
    sha256: str = ""
    standing: str = ""
    share: float | None = None
    picture: bytes | None = None
    can_open: bool = False
    trouble: str = ""
    goes_by_itself: bool = False

    @property
    def spoken(self) -> str:
        """The file as a screen reader says it."""
        parts = (self.name, self.size, self.trouble or self.standing)
        return ", ".join(part for part in parts if part)


GO_BY_THEMSELVES: Final = frozenset({"file.no-room", "file.quota"})
"""Troubles that need nobody's doing: the file waits, and goes later."""

_STANDINGS: Final = {
    Whereabouts.WAITING: mark("on this computer, goes with your words"),
    Whereabouts.AWAITED: mark("file follows"),
    Whereabouts.CENTRE: mark("at the centre"),
    Whereabouts.HERE: mark("at the centre and on this computer"),
}
_HELD_UP: Final = {
    Whereabouts.WAITING: mark("on this computer, waits for a better line"),
    Whereabouts.SENDING: mark("uploaded to {percent}, waits for a better line"),
    Whereabouts.FETCHING: mark("asked for, comes when the line may be used"),
}
_ON_ITS_WAY: Final = {
    Whereabouts.SENDING: mark("uploading, {percent}"),
    Whereabouts.FETCHING: mark("downloading, {percent}"),
}
"""Besides the bar, for who does not see it."""


class FileLines:
    """Puts files into words."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def named(self, file: Attachment) -> FileText:
        """Return a file of which nothing but its name and size is known."""
        return FileText(
            name=file.name,
            size=self._formats.size(file.size_bytes) if file.size_bytes else "",
            sha256=file.sha256,
            standing="" if file.sha256 else _("only its name is here, not its content"),
        )

    def line(self, state: FileState) -> FileText:
        """Return a file with where it stands."""
        file, size = state.file, state.file.size_bytes
        moving = state.where in {Whereabouts.SENDING, Whereabouts.FETCHING}
        return FileText(
            name=file.name,
            size=self._formats.size(size),
            sha256=file.sha256,
            standing=self._standing(state),
            share=state.moved / size if moving and state.moved and not state.problem else None,
            picture=state.picture,
            can_open=state.can_open or state.where in {Whereabouts.CENTRE, Whereabouts.FETCHING},
            trouble=self._trouble(state.problem),
            goes_by_itself=state.problem in GO_BY_THEMSELVES,
        )

    def _standing(self, state: FileState) -> str:
        size = state.file.size_bytes
        percent = self._formats.percent(state.moved / size if size else 0.0)
        if state.held_up and state.where in _HELD_UP:
            return _(_HELD_UP[state.where]).format(percent=percent)
        if state.where is Whereabouts.FETCHING and not state.moved:
            return _("asked for, comes next")
        if state.where in _ON_ITS_WAY:
            return _(_ON_ITS_WAY[state.where]).format(percent=percent)
        if state.where is Whereabouts.HERE and state.kept:
            return _("kept on this computer for offline work")
        return _(_STANDINGS[state.where]) if state.where in _STANDINGS else ""

    def _trouble(self, code: str) -> str:
        if not code:
            return ""
        problem = describe_code(code)
        return f"{problem.title}. {problem.detail}"
