# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line against a real server: exit codes, words, JSON, and no traceback ever."""

from __future__ import annotations

import gettext
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sync import i18n
from sync.cases.ids import CaseId
from sync.services import cli, cli_answer
from tests.support.catalogue import indonesian
from tests.support.central import PASSWORD, Office, embedded_centre, running_server
from tests.support.disks import small_disk

PASSPHRASE = "kuda putih lari pagi"


@dataclass(frozen=True, slots=True)
class Result:
    """What one call of the program left."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed for machines."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Shell:
    """Calls the program in this process, as a shell would."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str, stdin: str = "") -> Result:
        """Run ``tanggap`` with these arguments."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        before = i18n.language()
        try:
            code = cli.main(arguments)
        except SystemExit as ended:  # argparse: help and wrong usage
            code = int(ended.code or 0)
        finally:
            i18n.use(before)
        out, err = self.capsys.readouterr()
        return Result(code, out, err)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A centre with two cases of Agus's unit."""
    office = embedded_centre(tmp_path)
    office.add_case()
    office.add_case(title="Jalan rusak", text="Jalan berlubang di depan pasar.")
    yield office
    office.database.close()


@pytest.fixture
def server(office: Office) -> Iterator[str]:
    """Its address."""
    with running_server(office) as url:
        yield url


@pytest.fixture
def tanggap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """The program on an unattended computer without a keyring."""
    speaking = {"id": indonesian(), "en": gettext.NullTranslations()}
    monkeypatch.setattr(i18n, "_compiled", speaking.__getitem__)  # no stale files
    monkeypatch.setenv("TANGGAP_LANG", "id")
    monkeypatch.setenv("TANGGAP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TANGGAP_PASSPHRASE", PASSPHRASE)
    return Shell(capsys, monkeypatch)


@pytest.fixture
def agus(tanggap: Shell, server: str) -> Shell:
    """The program after Agus has signed in and fetched his cases."""
    assert tanggap("sign-in", server, "agus", stdin=f"{PASSWORD}\n").code == 0
    assert tanggap("sync").code == 0
    return tanggap


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_files_go_along_with_a_follow_up(agus: Shell, tmp_path: Path) -> None:
    """Attached, listed and saved again without a window; what cannot be read is said."""
    source = tmp_path / "bukti.pdf"
    source.write_bytes(b"isi bukti")
    assert agus("follow-up", "7000002", "Ditambal.", "--attach", str(source)).code == 0
    source.unlink()
    listed = agus("file", "list", "7000002").out
    assert "menunggu dikirim" in listed
    assert "bukti.pdf" in listed
    place = tmp_path / "simpan.pdf"
    assert agus("file", "save", "7000002", listed.split()[0], str(place)).code == 0
    assert b"isi bukti" == place.read_bytes()
    assert "sudah tidak ada" in agus("follow-up", "7000002", "x", "--attach", str(source)).err
    assert cli_answer.NOT_FOUND == agus("file", "save", "7000002", "zz", str(place)).code


def test_files_of_colleagues_are_fetched_pinned_and_let_go(
    tanggap: Shell, office: Office, tmp_path: Path
) -> None:
    """Asked for by hash or all at once; the room they take is told, limited and freed."""
    source = tmp_path / "bukti.pdf"
    source.write_bytes(b"isi bukti")
    with running_server(office, tmp_path / "files") as url:
        for name in ("agus", "wati"):
            assert tanggap("sign-in", url, name, stdin=f"{PASSWORD}\n").code == 0
            assert tanggap("--profile", name, "sync").code == 0
        agus, wati = (partial(tanggap, "--profile", name) for name in ("agus", "wati"))
        agus("follow-up", "7000002", "Ditambal.", "--attach", str(source))
        assert agus("file", "retry", "7000002").code == 0
        assert agus("sync").code == 0
        wati("sync")
        assert "di pusat" in wati("file", "list", "7000002").out
        fetched = wati("file", "fetch", "7000002")
        assert (0, True) == (fetched.code, "di sini" in fetched.out)
        assert "disimpan untuk luring" in wati("file", "pin", "7000002").out
        assert 9 == wati("--json", "file", "space", "--free").data["pinned_bytes"]
        wati("file", "unpin", "7000002")
        freed = wati("--json", "file", "space", "--free", "--limit", "5").data
        assert (9, 0, 5_000_000) == (
            freed["freed_bytes"],
            freed["used_bytes"],
            freed["limit_bytes"],
        )
    gone = wati("file", "fetch", "7000002")
    assert (cli_answer.NOT_CONNECTED, True) == (gone.code, "sedang diambil" in gone.out)
    assert cli_answer.MISUSED == wati("file", "space", "--limit", "-1").code


def test_the_whole_way_of_an_answer(agus: Shell, office: Office) -> None:
    """Found, answered, sent and receipted without a window."""
    assert "Jalan rusak" in agus("search", "berlubang").out
    assert "Belum ditindaklanjuti" in agus("show", "7000002").out
    agus("respond", "7000002", "Sudah ditambal.")
    assert "tersimpan di komputer ini" in agus("outbox").out
    assert "Semua tersampaikan" in agus("sync").out
    assert re.search(r"diterima pusat \(.*, no\. \d{4}-\d{7}\)", agus("outbox").out)
    device = office.device("agus")
    device.follow()
    assert {"text": "Sudah ditambal."} == device.history(2)[-1].data


def test_every_verb_records_its_kind_of_act(agus: Shell) -> None:
    """Each verb becomes the command of its name, with all its fields."""
    agus("respond", "7000001", "Tanggapan")
    agus(
        *("follow-up", "7000001", "Tindakan", "--done-on", "2026-11-20"),
        *("--next-step", "Pasang lampu", "--next-step-on", "2026-12-01"),
    )
    agus("note", "7000001", "-", stdin="Dari stdin\n")
    agus("assign", "7000001", "saya")
    agus("close", "7000001", "Selesai")
    agus("reopen", "7000001", "Padam lagi")
    acts = [item["command"] for item in agus("--json", "outbox").data]
    assert ["respond", "follow_up", "note", "assign", "close", "reopen"] == [
        act["kind"] for act in acts
    ]
    assert ("2026-11-20", "Pasang lampu", "2026-12-01") == tuple(
        acts[1]["body"][name] for name in ("done_on", "next_step", "next_step_on")
    )
    assert "Dari stdin" == acts[2]["body"]["text"]


def test_status_tells_the_true_state(agus: Shell) -> None:
    """Unsent work is not called delivered; after sending it is."""
    agus("note", "7000001", "Catatan")
    before = agus("--json", "status").data
    agus("sync")
    after = agus("--json", "status").data
    assert [(1, 2), (0, 2)] == [
        (state["undelivered"], state["counts"]["held"]) for state in (before, after)
    ]
    assert "Belum terkirim   : 0" in agus("status").out


def test_the_use_of_the_line_is_chosen_and_remembered(agus: Shell) -> None:
    """Also when it is off, whoever runs sync asks for an exchange and gets one."""
    agus("note", "7000001", "Catatan")
    assert 1 == agus("--json", "sync", "--mode", "off").data["settled"]
    assert "off" == agus("--json", "status").data["usage"]["chosen"]
    assert "Hanya bila saya minta" in agus("status").out
    agus("sync", "--mode", "auto")
    assert ", otomatis" in agus("status").out


def test_queues_are_listed_with_their_sizes(agus: Shell) -> None:
    """Without a name all of them, with one its cases only."""
    everything = agus("queue").out
    assert "Belum ditindaklanjuti    2" in everything
    assert "(kosong)\n" == agus("queue", "selesai").out
    assert "dan 1 lagi" in agus("queue", "--limit", "1").out


def test_a_decision_is_shown_and_taken(agus: Shell, office: Office) -> None:
    """Exit code 8 says that something waits; deciding settles it."""
    agus("close", "7000001", "Selesai.")
    office.citizen_replies(CaseId(1), "Masih padam.")
    assert agus("sync").code == cli_answer.DECISIONS_WAIT
    (waiting,) = agus("--json", "outbox", "--decisions").data
    assert ["Masih padam."] == [event["body"]["text"] for event in waiting["newer"]]
    assert "perlu keputusan" in agus("outbox").out
    command_id = waiting["command"]["id"]
    blind = agus("decide", command_id[:8], "as_response")
    assert "Lihat: outbox --decisions" in blind.err
    seen = str(waiting["seen_v"])
    assert f"--seen {seen}" in agus("outbox", "--decisions").out
    assert 0 == agus("decide", command_id[:8], "as_response", "--seen", seen).code
    assert 0 == agus("sync").code


def test_an_unsent_act_can_be_withdrawn_by_the_start_of_its_id(agus: Shell) -> None:
    """And not twice."""
    command_id = agus("--json", "note", "7000001", "Keliru").data["command_id"]
    assert 0 == agus("withdraw", command_id[:8]).code
    again = agus("withdraw", command_id[:8])
    assert (cli_answer.REFUSED, True) == (again.code, "Lihat: outbox." in again.err)


def test_export_tells_everything_but_who_complained(agus: Shell) -> None:
    """Cases, histories, acts and queues; the reporter only when asked for."""
    agus("note", "7000001", "Catatan")
    state = agus("export").data
    assert (2, 1, ["7000001", "7000002"]) == (
        state["status"]["counts"]["held"],
        len(state["outbox"]),
        [case["case"]["tracking_id"] for case in state["cases"]],
    )
    assert "Budi Pelapor" not in agus("export").out
    assert "Budi Pelapor" in agus("export", "--with-reporter").out


def test_offline_work_is_recorded_and_sync_says_so(tanggap: Shell, office: Office) -> None:
    """Reading and acting go on; only sync has an exit code for it."""
    with running_server(office) as url:
        tanggap("sign-in", url, "agus", stdin=PASSWORD)
        tanggap("sync")
    assert 0 == tanggap("note", "7000001", "Tanpa jaringan").code
    result = tanggap("sync")
    assert cli_answer.NOT_CONNECTED == result.code
    assert "Tidak ada sambungan" in result.out
    assert 1 == tanggap("--json", "status").data["undelivered"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["respond", "7000001", " "], cli_answer.REFUSED, "Belum ada tulisan"),
        (["reopen", "7000001", "Lagi"], cli_answer.REFUSED, "Status laporan"),
        (["show", "9999999"], cli_answer.NOT_FOUND, "Laporan 9999999 tidak ada"),
        (["withdraw", "zzz"], cli_answer.NOT_FOUND, "Tidak ada tindakan"),
        (["assign", "7000001", "Tidak Ada"], cli_answer.NOT_FOUND, "Petugas Tidak Ada"),
        (["--profile", "siapa", "status"], cli_answer.NOT_FOUND, "Tidak ada profil siapa"),
        (["queue", "apa"], 2, "apa tidak termasuk: "),
        (["queue", "--limit", "0"], 2, "0 bukan bilangan bulat mulai dari 1"),
        (["follow-up", "7000001", "x", "--done-on", "kemarin"], 2, "kemarin bukan tanggal"),
        (["respond"], 2, "argumen ini wajib diisi: LAPORAN, TEKS"),
        (["jawab"], 2, "pilihan 'jawab' tidak ada"),
        (["status", "lagi"], 2, "argumen tidak dikenal: lagi"),
        (["sync", "--mode"], 2, "argumen --mode: butuh satu nilai"),
        ([], 2, "argumen ini wajib diisi: PERINTAH"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    agus: Shell, arguments: list[str], code: int, told: str
) -> None:
    """With its exit code, on the error stream, and without a traceback."""
    result = agus(*arguments)
    assert (code, "", 1) == (result.code, result.out, len(result.err.splitlines()))
    assert told in result.err


def test_the_door_says_what_is_wrong(
    tanggap: Shell, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each trouble at the door has its words and the exit code of the door or the line."""
    assert (cli_answer.NOT_FOUND, True) == _told(tanggap("status"), "Belum ada petugas")
    assert (cli_answer.SIGN_IN, True) == _told(
        tanggap("sign-in", server, "agus", stdin="keliru\n"), "kata sandi salah"
    )
    assert (cli_answer.SIGN_IN, True) == _told(
        tanggap("sign-in", server, "agus"), "TANGGAP_PASSWORD"
    )
    assert (cli_answer.SIGN_IN, True) == _told(
        tanggap("sign-in", "http://10.0.0.5", "agus", stdin=PASSWORD), "tidak aman"
    )
    offline = f"http://127.0.0.1:{_closed_port()}"
    assert (cli_answer.NOT_CONNECTED, True) == _told(
        tanggap("sign-in", offline, "agus", stdin=PASSWORD), "Tidak ada sambungan"
    )
    monkeypatch.delenv("TANGGAP_PASSPHRASE")
    assert (cli_answer.SIGN_IN, True) == _told(
        tanggap("sign-in", server, "agus", stdin=PASSWORD), "TANGGAP_PASSPHRASE"
    )


def _told(result: Result, words: str) -> tuple[int, bool]:
    return result.code, words in result.err


def test_a_wrong_passphrase_is_told(agus: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files stay closed."""
    monkeypatch.setenv("TANGGAP_PASSPHRASE", "keliru")
    assert (cli_answer.SIGN_IN, True) == _told(agus("status"), "Frasa sandi")


def test_errors_are_json_for_machines(agus: Shell) -> None:
    """The code is stable, the message is for people."""
    result = agus("--json", "show", "9999999")
    assert (cli_answer.NOT_FOUND, "usage.no-case") == (result.code, result.data["error"])


def test_several_officers_are_told_apart(agus: Shell, server: str) -> None:
    """With two profiles one must be named."""
    agus("sign-in", server, "sari", stdin=PASSWORD)
    assert (cli_answer.MISUSED, True) == _told(agus("status"), "sari, agus")
    assert "Sari Penghubung" in agus("--profile", "sari", "status").out


def test_the_password_may_come_from_the_environment(
    tanggap: Shell, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For computers where nobody types."""
    monkeypatch.setenv("TANGGAP_PASSWORD", PASSWORD)
    assert "Agus Penghubung" in tanggap("sign-in", server, "agus").out


def test_watching_goes_on_until_it_is_told_to_stop(agus: Shell, office: Office) -> None:
    """It sends what another program records, and ends cleanly."""
    arguments = [sys.executable, "-m", "sync.services.cli", "--json", "sync", "--watch"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        assert 0 == json.loads(watching.stdout.readline())["settled"]
        agus("note", "7000001", "Dicatat saat dipantau")
        told = map(
            json.loads, watching.stdout
        )  # it also tells when it looked because it was told to
        assert 1 == next(each["settled"] for each in told if each["settled"])
        watching.terminate()
        watching.stdout.read()
    device = office.device("agus")
    device.follow()
    assert (0, "Dicatat saat dipantau") == (
        watching.returncode,
        device.history(1)[-1].data["text"],
    )


@pytest.mark.parametrize(("fault", "told"), [("full", "Diska penuh"), ("read_only", "ditulisi")])
def test_a_disk_that_takes_nothing_is_named_whatever_is_asked_for(
    tanggap: Shell, server: str, tmp_path: Path, fault: str, told: str
) -> None:
    """One sentence and the exit code of the local files; afterwards everything is there."""
    with small_disk(tmp_path / "disk") as disk:
        at = ("--data", str(disk.path / "tanggap"))
        assert 0 == tanggap(*at, "sign-in", server, "agus", stdin=f"{PASSWORD}\n").code
        assert 0 == tanggap(*at, "sync").code
        assert 0 == tanggap(*at, "note", "7000001", "Sebelum gangguan.").code
        with getattr(disk, fault)():
            for verb in (
                ["status"],
                ["note", "7000001", "Sekarang."],
                ["proxy", "--use", "none"],
            ):
                result = tanggap(*at, *verb)
                found = (result.code, told in result.err, len(result.err.splitlines()))
                assert (cli_answer.STORE, True, 1) == found, (verb, result)
        assert 0 == tanggap(*at, "sync").code
        assert "Sebelum gangguan." in tanggap(*at, "outbox").out


def test_the_program_itself_speaks_indonesian(tmp_path: Path) -> None:
    """The installed entry point starts, and its help tells exit codes and variables."""
    result = subprocess.run(
        [sys.executable, "-m", "sync.services.cli", "--help"],
        env=os.environ | {"TANGGAP_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pemakaian: tanggap" in result.stdout
    assert "kode keluar:" in result.stdout


@pytest.mark.parametrize(
    ("asked", "environment", "told"),
    [
        (["--lang", "en"], {}, "Nobody has signed in on this computer yet."),
        (["--lang=en"], {"TANGGAP_LANG": "id"}, "Nobody has signed in on this computer yet."),
        ([], {"TANGGAP_LANG": "en"}, "Nobody has signed in on this computer yet."),
        ([], {"TANGGAP_LANG": "", "LANG": "en_US.UTF-8"}, "Nobody has signed in"),
        ([], {"TANGGAP_LANG": "", "LANG": "id_ID.UTF-8"}, "Belum ada petugas"),
        ([], {"TANGGAP_LANG": "", "LANG": "C.UTF-8"}, "Belum ada petugas"),
        (["--lang", "id"], {"TANGGAP_LANG": "en"}, "Belum ada petugas"),
    ],
)
def test_it_speaks_the_language_that_is_asked_for(
    tanggap: Shell,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
    environment: dict[str, str],
    told: str,
) -> None:
    """The option counts, then our own variable, then an English locale; else Indonesian."""
    monkeypatch.delenv("LC_ALL", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert told in tanggap(*asked, "status").err


def test_help_and_mistakes_are_in_the_language_too(tanggap: Shell) -> None:
    """Every verb has its help, and none is half in another language."""
    verbs = re.findall(r"^    ([a-z-]+)  ", tanggap("--lang", "en", "--help").out, re.MULTILINE)
    assert len(verbs) > 20
    for verb in verbs:
        assert "usage: tanggap" in tanggap("--lang", "en", verb, "--help").out
        assert "pemakaian: tanggap" in tanggap(verb, "--help").out
    assert "The command is not understood" in tanggap("--lang", "en", "queue", "what").err
    assert "Perintah tidak dimengerti" in tanggap("--lang", "fr", "status").err


def test_a_machine_is_told_of_mistakes_as_of_all_else(tanggap: Shell) -> None:
    """One JSON value on the output, also where the command itself is not understood."""
    result = tanggap("--json", "queue", "apa")
    assert (2, "usage.not-understood", "") == (result.code, result.data["error"], result.err)


def test_words_that_are_no_text_are_refused(agus: Shell) -> None:
    """Bytes of another encoding arrive as half a character."""
    for result in (agus("note", "7000001", "\udce9"), agus("note", "7000001", "-", stdin="\udce9")):
        assert (2, True) == (result.code, "UTF-8" in result.err)


def test_a_full_disk_for_the_output_is_said_in_one_sentence(tmp_path: Path) -> None:
    """What was done is done; the exit code says that not all is well."""
    arguments = [
        sys.executable,
        "-m",
        "sync.services.cli",
        "--data",
        str(tmp_path),
        "rescue",
        "list",
    ]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            arguments, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (cli_answer.STORE, 1) == (ended.returncode, len(ended.stderr.splitlines()))


def test_who_we_are_to_a_proxy_needs_a_keyring(
    tanggap: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one it is said that it cannot be kept; forgetting always works."""
    monkeypatch.setenv("TANGGAP_PASSWORD", "rahasia")
    assert 2 == tanggap("proxy", "proxy.kantor:8080", "budi").code
    assert 0 == tanggap("proxy", "http://proxy.kantor:8080").code
