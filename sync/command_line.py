# SPDX-License-Identifier: AGPL-3.0-or-later
"""Grammars of our command lines: argparse in the language of the moment, its own words too."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from typing_extensions import override

from sync import i18n
from sync.errors import TanggapError
from sync.i18n import gettext as _
from sync.i18n import mark

_ARGPARSE_SAYS = (
    mark("usage: "),
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("unrecognized arguments: %s"),
    mark("expected one argument"),
    mark("expected at least one argument"),
    mark("ignored explicit argument %r"),
    mark("invalid %(type)s value: %(value)r"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""What the library says of a command that it does not understand, to be translated."""

argparse._ = _  # type: ignore[attr-defined]  # it offers no other way


class NotUnderstood(TanggapError):
    """No such command (``usage.not-understood``); ``message`` and ``program`` are in its data."""


class Parser(argparse.ArgumentParser):
    """Speaks the language of the moment, and raises what it does not understand."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title = _("arguments")
        self._optionals.title = _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help"))

    @override
    def error(self, message: str) -> NoReturn:
        raise NotUnderstood("usage.not-understood", message=message, program=self.prog)


def speak(language: str) -> None:
    """Speak a language from now on; English where nobody compiled the catalogues."""
    try:
        i18n.use(language)
    except FileNotFoundError:
        i18n.use("en")
