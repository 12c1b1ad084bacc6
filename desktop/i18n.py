# SPDX-License-Identifier: AGPL-3.0-or-later
"""The window's door to :mod:`sync.i18n`, which speaks for the command line as well."""

from sync.i18n import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    check_fields,
    gettext,
    language,
    mark,
    ngettext,
    pgettext,
    use,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "check_fields",
    "gettext",
    "language",
    "mark",
    "ngettext",
    "pgettext",
    "use",
]
