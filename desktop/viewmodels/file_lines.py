# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file in words: its name and size, where its content is, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.i18n import gettext as _
from desktop.i18n import mark
from desktop.viewmodels.formats import Formats
from desktop.viewmodels.problems import describe_code
from sync.cases.case import Attachment
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
    """

    name: str
    size: str
    sha256: str = ""
    standing: str = ""
    share: float | None = None
    picture: bytes | None = None
    can_open: bool = False
    trouble: str = ""

    @property
    def spoken(self) -> str:
        """The file as a screen reader says it."""
        parts = (self.name, self.size, self.trouble or self.standing)
        return ", ".join(part for part in parts if part)


_STANDINGS: Final = {
    Whereabouts.WAITING: mark("on this computer, goes with your words"),
    Whereabouts.AWAITED: mark("file follows"),
    Whereabouts.CENTRE: mark("at the centre"),
    Whereabouts.HERE: mark("at the centre and on this computer"),
}


class FileLines:
    """Puts files into words."""

    def __init__(self, formats: Formats) -> None:
        self._formats = formats

    def named(self, file: Attachment) -> FileText:
        """Return a file of which nothing but its name and size matters."""
        return FileText(
            name=file.name, size=self._formats.size(file.size_bytes), sha256=file.sha256
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
            share=state.moved / size if moving and size else None,
            picture=state.picture,
            can_open=state.can_open or state.where in {Whereabouts.CENTRE, Whereabouts.FETCHING},
            trouble=self._trouble(state.problem),
        )

    def _standing(self, state: FileState) -> str:
        moved = self._formats.size(state.moved)
        size = self._formats.size(state.file.size_bytes)
        match state.where:
            case Whereabouts.SENDING:
                return _("uploading {moved} of {size}").format(moved=moved, size=size)
            case Whereabouts.FETCHING:
                return _("downloading {moved} of {size}").format(moved=moved, size=size)
            case where:
                return _(_STANDINGS[where]) if where in _STANDINGS else ""

    def _trouble(self, code: str) -> str:
        if not code:
            return ""
        problem = describe_code(code)
        return f"{problem.title}. {problem.detail}"
