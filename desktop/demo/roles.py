# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who one can be in the demo, by the official names of the roles and by shorter ones."""

from __future__ import annotations

from typing import Final

_USERNAMES: Final = {
    "pejabat_penghubung": "sari",
    "admin_instansi": "ratna",
    "penyelia": "hendra",
    "koordinator": "maya",
    "admin_nasional": "agus",
}
"""Role -> who has it in the sample world (`sync.central.sample.people`)."""

_SHORTER: Final = {
    "admin": "admin_instansi",
    "coordinator": "koordinator",
    "liaison": "pejabat_penghubung",
    "nasional": "admin_nasional",
    "national": "admin_nasional",
    "officer": "pejabat_penghubung",
    "penghubung": "pejabat_penghubung",
    "supervisor": "penyelia",
}

DEFAULT_ROLE: Final = "pejabat_penghubung"
ROLES: Final = (*_USERNAMES, *sorted(_SHORTER), *_USERNAMES.values())


def username_of(role: str) -> str:
    """Return the officer of a role; the name of an officer stands for itself.

    Raises:
        KeyError: there is nobody like that.
    """
    name = role.strip().casefold().replace("-", "_").replace(" ", "_")
    if name in _USERNAMES.values():
        return name
    return _USERNAMES[_SHORTER.get(name, name)]
