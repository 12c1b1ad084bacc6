# SPDX-License-Identifier: AGPL-3.0-or-later
"""With a screen: the real program, with an officer of the sample office signed in."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Final

from typing_extensions import override

from desktop.app import application, furnish, run
from desktop.demo.centre import found_centre, running_centre
from desktop.demo.morning import DEMO_PASSPHRASE
from desktop.startup.cli import Options
from sync.central.sample_office import DEMO_PASSWORD
from sync.services.desk import Desk
from sync.services.profiles import Profile
from sync.services.session import SignIn
from sync.transports.http import HttpService

PROFILES: Final = "profil"


class OpenDoor(SignIn):
    """The door of the demo, which knows the passphrase of the files that the demo has made."""

    @override
    def needs_passphrase(self, profile: Profile) -> bool:
        return False

    @override
    def open(self, profile: Profile, passphrase: str | None = None) -> Desk:
        return super().open(profile, passphrase or DEMO_PASSPHRASE)


def show(folder: Path, username: str) -> int:
    """Run the demo until its window is closed; return the exit status."""
    print("Making the sample office (a few seconds)", flush=True)
    print("\n".join(found_centre(folder)), flush=True)
    with running_centre(folder) as port:
        data = folder / PROFILES
        door = OpenDoor(
            data,
            HttpService,
            None,
            lambda: time.time_ns() // 1_000_000,
            lambda: str(uuid.uuid4()),
        )
        server = f"http://127.0.0.1:{port}"
        door.sign_in(server, username, DEMO_PASSWORD, DEMO_PASSPHRASE).close()
        print(f"The centre is at {server}; everybody's password is {DEMO_PASSWORD}", flush=True)
        options = Options(data=data, server=server)
        qt = application([])
        return run(qt, replace(furnish(qt, options), door=door), options)
