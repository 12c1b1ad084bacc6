# SPDX-License-Identifier: AGPL-3.0-or-later
"""The calls for files' contents, put before the application that takes messages.

They are the same in every version of our wire, for tus and ranges have versions of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from sync.central.blob_files import BlobFiles
from sync.central.bodies import App
from sync.central.courier_calls import CourierCounter
from sync.central.courier_inbox import FILE_ID, CourierInbox
from sync.central.downloads import Downloads
from sync.central.exchange import Centre
from sync.central.streams import Handler, Streams
from sync.central.tus import TusServer
from sync.central.uploads import Limits
from sync.wire import versions

_SPOKEN: Final = "|".join(
    str(version) for version in range(versions.OLDEST_ACCEPTED, versions.CURRENT + 1)
)
UPLOADS: Final = rf"/v(?:{_SPOKEN})/uploads(?:/([\w-]{{1,32}}))?/?"
_NO_LIMITS: Final = Limits()
COURIER: Final = rf"/v(?:{_SPOKEN})/courier/files(?:/({FILE_ID}))?/?"
REPLIES: Final = rf"/v(?:{_SPOKEN})/courier/files/({FILE_ID})/reply"
BLOBS: Final = rf"/v(?:{_SPOKEN})/blobs/([0-9a-f]{{64}})"
ROUTES: Final = (UPLOADS, COURIER, REPLIES, BLOBS)


def with_files(
    app: App,
    centre: Centre,
    clock: Callable[[], int],
    folder: Path,
    limits: Limits = _NO_LIMITS,
) -> App:
    """Return an application that also takes and gives files' contents, kept in a folder."""
    files, inbox = BlobFiles(folder), CourierInbox(folder / "courier", clock, limits)
    routes: dict[str, Handler] = {
        UPLOADS: TusServer(centre, centre.uploads(files, limits), files),
        BLOBS: Downloads(centre, files),
        COURIER: TusServer(centre, inbox, inbox.files),
        REPLIES: CourierCounter(centre, inbox),
    }
    return Streams(app, routes, centre, clock)
