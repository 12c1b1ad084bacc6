# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap proxy``: which way out of the office, and who we are to its proxy."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from sync.i18n import gettext as _
from sync.services.cli_answer import Answer, Misuse
from sync.services.cli_text import aligned
from sync.services.proxy_settings import ANYWHERE, AUTOMATIC, DIRECT, ProxySettings
from sync.transports.proxies import name_of

_CHOICES = {"auto": AUTOMATIC, "none": DIRECT}


def run(
    settings: ProxySettings, arguments: argparse.Namespace, password: Callable[[], str]
) -> Answer:
    """Choose a way, keep who we are to a proxy or forget it, or tell how things stand."""
    if arguments.use is not None:
        settings.choose(_CHOICES.get(arguments.use, arguments.use))
    if not arguments.address:
        return _told(settings)
    proxy = name_of(arguments.address)
    access = settings.access
    if not arguments.username:
        access.forget(proxy)
        return Answer(data={"proxy": proxy}, lines=[_("{proxy} is forgotten.").format(proxy=proxy)])
    if not access.keeps:
        raise Misuse("usage.no-keyring")
    access.enter(proxy, arguments.username, password())
    told = _("Kept in the keyring of this computer for {proxy}.").format(proxy=proxy)
    return Answer(data={"proxy": proxy, "username": arguments.username}, lines=[told])


def _told(settings: ProxySettings) -> Answer:
    view = settings.look(ANYWHERE)
    used = view.found if view.chosen is AUTOMATIC else view.chosen
    chosen = _("as the system says") if view.chosen is AUTOMATIC else _("chosen")
    shown = used or _("no proxy")
    lines = aligned(
        (_("Proxy"), f"{shown} ({chosen})"),
        (_("User name there"), view.username or "-"),
    )
    data = {"proxy": used or "", "chosen": view.chosen is not AUTOMATIC, "username": view.username}
    return Answer(data=data, lines=[*lines])
