# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several threads and processes at one folder, and a centre that has no more room to give."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from sync.cases.access import Actor
from sync.central.app import create_app
from sync.central.blob_files import BlobFiles, PartMoved
from sync.central.file_calls import UPLOADS
from sync.central.serving import Server
from sync.central.streams import Streams
from sync.central.tus import TusServer
from sync.central.uploads import LIFE_MS, Limits, Upload, Uploads
from tests.support.central import UNIT_A, Office, running
from tests.support.uploads import (
    Hand,
    begin_to_send,
    centre_with_files,
    evidence,
    follow_up,
    sha256_of,
    some_bytes,
)

CONTENT = some_bytes(200_000)
DIGEST = sha256_of(CONTENT)

HOLDER = """
import sys
from pathlib import Path
from sync.central.blob_files import BlobFiles
with BlobFiles(Path(sys.argv[1])).open_part(sys.argv[2], int(sys.argv[3])) as part:
    part.write(b"x" * 10)
    print("writing", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path, upload_id: str, offset: int) -> Iterator[subprocess.Popen[str]]:
    """Let another process write an upload, for the length of a block."""
    command = [sys.executable, "-c", HOLDER, str(folder), upload_id, str(offset)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "writing\n" == process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_two_processes_never_write_one_upload_at_once(agus: Hand, folder: Path) -> None:
    """The second is asked to wait; when the first has died, it goes on where that one was."""
    place = agus.begin(len(CONTENT), DIGEST, CONTENT[:1000]).headers["location"]
    with another_process(folder, place.rpartition("/")[2], 1000):
        told = agus.append(place, 1010, CONTENT[1010:])
        assert (423, "upload-taken-over") == (told.status_code, told.json()["code"])
    assert "1010" == agus("HEAD", place).headers["upload-offset"]
    assert 204 == agus("DELETE", place).status_code


def test_a_part_that_moved_meanwhile_is_not_written_behind_its_back(folder: Path) -> None:
    """Whoever looked before another process wrote is told to look again."""
    files = BlobFiles(folder)
    files.begin("an-upload")
    with files.open_part("an-upload", 0) as part:
        part.write(b"12345")
    with pytest.raises(PartMoved), files.open_part("an-upload", 0):
        pass


class Racing(BlobFiles):
    """Lets somebody bring a content again at the moment at which it is swept away."""

    def __init__(self, folder: Path, bring: Callable[[], None]) -> None:
        super().__init__(folder)
        self._bring = bring
        self._threads = ThreadPoolExecutor(1)
        self.came: Future[None] | None = None

    @override
    def remove(self, sha256: str) -> None:
        self.came = self._threads.submit(self._bring)
        with suppress(TimeoutError):
            self.came.result(0.3)  # it must not come through here; without the lock it would
        super().remove(sha256)
        self._threads.shutdown(wait=False)


def _brought(uploads: Uploads, files: BlobFiles, actor: Actor) -> Upload:
    """Bring the content, past HTTP, up to its last byte."""
    upload = uploads.begin(actor, len(CONTENT), "")
    with files.open_part(upload.id, 0) as part:
        part.write(CONTENT)
    return uploads.find(actor.id, upload.id)


def test_a_content_that_is_brought_while_it_is_swept_away_stays(
    office: Office, folder: Path
) -> None:
    """The sweep and the sender take turns: never a name without its content."""
    actor = office.centre.actor(office.device("agus").access_token)
    files = BlobFiles(folder)
    uploads = office.centre.uploads(files, Limits())
    uploads.finish(_brought(uploads, files, actor))
    office.clock.advance(86_400)
    second = _brought(uploads, files, actor)
    racing = Racing(folder, lambda: uploads.finish(second))
    office.clock.advance(LIFE_MS / 1000 - 86_000)
    office.centre.uploads(racing, Limits()).sweep()
    assert racing.came is not None
    racing.came.result(30)
    assert files.is_sound(DIGEST)
    encoded = base64.b64encode(DIGEST.encode()).decode()
    assert uploads.begin(actor, len(CONTENT), f"sha256 {encoded}").is_done


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(daily_bytes=300_000), "quota"),
        (Limits(kept_free_bytes=10**18), "no-room"),
    ],
)
def test_a_centre_without_room_asks_to_wait(
    office: Office, folder: Path, limits: Limits, code: str
) -> None:
    """What fits is taken; what does not is refused in words that do not blame the file."""
    with centre_with_files(office, folder, limits) as http:
        agus = Hand(http=http, device=office.device("agus"))
        answers = [agus.begin(200_000) for _ in range(2)]
    refused = answers[-1]
    assert (507, code) == (refused.status_code, refused.json()["code"])
    assert int(refused.headers["retry-after"]) > 0
    if code == "quota":
        assert 201 == answers[0].status_code


def test_the_daily_share_comes_back(office: Office, folder: Path) -> None:
    """It counts the last day only, and never what the centre has already."""
    with centre_with_files(office, folder, Limits(daily_bytes=300_000)) as http:
        agus = Hand(http=http, device=office.device("agus"))
        case = office.add_case(UNIT_A)
        agus.device.follow()
        agus.device.do(case.id, follow_up(evidence(CONTENT)))
        agus.upload(CONTENT)
        other = some_bytes(200_000, seed=2)
        assert 507 == agus.begin(len(other), sha256_of(other)).status_code
        assert 201 == agus.begin(len(CONTENT), DIGEST).status_code
        office.clock.advance(86_400 + 60)
        agus.device.renew()
        assert 201 == agus.begin(len(other), sha256_of(other)).status_code


def test_a_silent_line_lets_go_of_its_upload(office: Office, folder: Path) -> None:
    """Another process may have been asked to go on with it, and cannot end this one."""
    files = BlobFiles(folder)
    tus = TusServer(office.centre, office.centre.uploads(files, Limits()), files, silence_s=0.2)
    app = create_app(office.centre, office.clock)
    streams = Streams(app, {UPLOADS: tus}, office.centre, office.clock)
    with (
        running(Server(streams, end_streams=app.end_streams)) as base,
        httpx.Client(base_url=base, trust_env=False, timeout=30) as http,
    ):
        agus = Hand(http=http, device=office.device("agus"))
        place = agus.begin(len(CONTENT)).headers["location"]
        with begin_to_send(http, agus, place, CONTENT, after=50_000) as line:
            line.settimeout(30)
            assert b"408" in line.recv(4096)
        with files.open_part(place.rpartition("/")[2], 50_000):
            pass
