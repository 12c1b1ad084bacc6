# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real programs and a stick: no network between the field office and the centre."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.central import Office
from tests.support.faults import FaultProxy
from tests.support.ledger import told
from tests.support.processes import Tanggap

ANSWER = "Jembatan gantung Desa Sukamaju sudah kami perkuat."
REFUSED, STORE = 3, 6


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def take_in(office: Office, stick: Path, *files: Path, code: int = 0) -> str:
    """Run ``tanggap-central take-in`` and return what it said."""
    url = office.database.url.render_as_string(hide_password=False)
    said = subprocess.run(
        [sys.executable, "-m", "sync.central.cli", "--database", url, "take-in", *map(str, files),
         "--reply-to", str(stick)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == code, said.stderr
    return said.stdout + said.stderr


def test_a_field_office_works_by_stick(
    office: Office, line: FaultProxy, agus: Tanggap, stick: Path
) -> None:
    case = office.add_case()
    agus("sync")
    line.refuse()
    agus("respond", case.tracking_id, ANSWER)
    written = agus("courier", "export", str(stick))
    assert (written["n"], written["acts"]) == (1, 1)
    assert ANSWER.split(maxsplit=1)[0].encode() not in Path(written["file"]).read_bytes()
    assert agus("outbox")[0]["delivery"] == "unknown"
    assert agus("courier", "status")["waiting"] == 1
    said = take_in(office, stick, Path(written["file"]))
    assert "1 diterima" in said
    assert told(office, case.id) == [("responded", ANSWER)]
    (reply,) = stick.glob("tanggap-balasan-*.kurir")
    brought = agus("courier", "import", str(reply))
    assert (brought["settled"], brought["old"]) == (1, False)
    (item,) = agus("outbox")
    assert (item["delivery"], bool(item["receipt"])) == ("accepted", True)
    assert agus("courier", "import", str(reply))["old"]  # and nothing happens twice
    line.listen()
    agus("sync")
    assert told(office, case.id) == [("responded", ANSWER)]


def test_half_copied_and_foreign_files_are_refused_with_words(
    office: Office, agus: Tanggap, stick: Path
) -> None:
    agus("sync")
    written = Path(agus("courier", "export", str(stick))["file"])
    half = stick / "half.kurir"
    half.write_bytes(written.read_bytes()[:-50])
    assert "belum tersalin seluruhnya" in take_in(office, stick, half, code=1)
    said = take_in(office, stick, half, written, code=1)
    assert "berkas nomor 1 dari Agus Penghubung" in said
    assert agus("courier", "import", str(half), code=REFUSED)["error"] == "courier.cut"
    reply = next(stick.glob("tanggap-balasan-*.kurir"))
    assert "bukan untuk pusat ini" in take_in(office, stick, reply, code=1)


def test_a_colleague_with_a_line_carries(
    office: Office, line: FaultProxy, agus: Tanggap, stick: Path, tmp_path: Path
) -> None:
    case = office.add_case()
    agus("sync")
    agus("respond", case.tracking_id, ANSWER)
    written = agus("courier", "export", str(stick))["file"]
    sari = Tanggap(tmp_path / "sari")
    sari("sign-in", line.url, "sari")
    reply = sari("courier", "import", written)["reply"]
    assert told(office, case.id) == [("responded", ANSWER)]
    refused = sari("courier", "import", reply, code=REFUSED)
    assert refused["error"] == "courier.wrong-recipient"
    assert agus("courier", "import", reply)["settled"] == 1


def test_a_district_office_passes_files_on_when_its_line_is_there(
    office: Office, line: FaultProxy, agus: Tanggap, stick: Path, tmp_path: Path
) -> None:
    """A field office that never has a line: words and a photo go up, receipts and rules come."""
    case = office.add_case()
    agus("sync")
    photo = tmp_path / "foto.bin"
    photo.write_bytes(bytes(range(256)) * 20_000)
    sari = Tanggap(tmp_path / "sari")
    sari("sign-in", line.url, "sari")
    line.refuse()
    agus("follow-up", case.tracking_id, ANSWER, "--attach", str(photo))
    written = agus("courier", "export", str(stick), "--reply-mb", "5")
    assert (written["acts"], written["files"]) == (1, 1)
    waits = sari("courier", "import", written["file"])["waiting"]
    assert sari("courier", "status")["relay"] == [waits]
    line.listen()
    assert sari("sync")["relayed"]
    assert sari("courier", "status")["relay"] == []
    (reply,) = stick.glob("tanggap-balasan-*.kurir")
    assert sari("courier", "import", str(reply), code=REFUSED)["error"] == "courier.wrong-recipient"
    line.refuse()
    brought = agus("courier", "import", str(reply))
    assert (brought["settled"], brought["files_at_centre"], brought["files_refused"]) == (1, 1, 0)
    assert agus("courier", "export", str(stick))["files"] == 0


def test_rescue_without_a_window(
    office: Office, line: FaultProxy, agus: Tanggap, stick: Path
) -> None:
    """The work file and its copies are gone; then the key is, and the centre still gets it."""
    case = office.add_case()
    agus("sync")
    line.refuse()
    agus("respond", case.tracking_id, ANSWER)
    (listed,) = agus("rescue", "list")
    assert listed["username"] == "agus"
    profile = next(agus.data.glob("*/profile.json")).parent
    for path in profile.glob("work.db*"):
        path.write_bytes(b"x" * 9_000)
    shutil.rmtree(profile / "copies", ignore_errors=True)
    assert agus("outbox", code=STORE)["error"] == "store.work-lost"
    assert agus("rescue", "restore")["put_back"] == 1
    assert agus("outbox")[0]["delivery"] == "unknown"
    (profile / "vault.json").unlink()
    copy = agus("rescue", "export", str(stick))["file"]
    assert "1 diterima" in take_in(office, stick, Path(copy))
    assert told(office, case.id) == [("responded", ANSWER)]
