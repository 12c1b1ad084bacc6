# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line of the centre, as an administrator uses it."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select, text

import resources
from sync import i18n
from sync.central import schema
from sync.central.cli import main
from sync.central.database import Database
from sync.central.spreadsheet import COLUMNS
from sync.errors import SignInFailed, SyncError, SyncErrorKind
from sync.wire.messages import SignInRequest
from tests.support.catalogue import indonesian
from tests.support.central import new_office

ROW: dict[str, object] = {
    "Tracking ID": "8000001",
    "Tanggal Laporan Masuk": "20 Nov 2026",
    "Waktu Laporan Masuk": "10:00:00",
    "Judul Laporan": "Lampu padam",
    "Isi Laporan Akhir": "Lampu padam.",
    "Instansi Induk": "PT Contoh (Persero)",
    "Status Laporan": "Terverifikasi",
}


@pytest.fixture(autouse=True)
def indonesian_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Speak by today's catalogue, and leave the language as it was."""
    before = i18n.language()
    monkeypatch.setattr(i18n, "_compiled", lambda _language: indonesian())  # no stale files
    yield
    monkeypatch.undo()
    i18n.use(before)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Name a new embedded database."""
    return f"sqlite:///{tmp_path / 'central.db'}"


def write_export(path: Path, *rows: Mapping[str, object]) -> None:
    """Write an export with these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Data Laporan"])
    sheet.append(list(COLUMNS))
    for row in rows:
        sheet.append([row.get(name) for name in COLUMNS])
    book.save(path)


def cases_in(url: str) -> int:
    """Count the cases in a database."""
    database = Database(url)
    with database.read() as connection:
        count = connection.execute(select(func.count()).select_from(schema.cases)).scalar_one()
    database.close()
    return count


def test_an_import_tells_what_came_of_it(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summary counts cases, names each row with a problem, and new units and statuses."""
    path = tmp_path / "ekspor.xlsx"
    write_export(
        path,
        ROW,
        ROW | {"Tracking ID": "abc"},
        ROW | {"Tracking ID": "8000002", "Tanggal Laporan Masuk": "kemarin"},
        ROW | {"Tracking ID": "8000003", "Status Laporan": "Aneh", "Instansi Induk": None},
        ROW | {"Tracking ID": "8000004", "Status Laporan": "Aneh"},
    )
    assert 0 == main(["--database", url, "import", str(path)])
    output = capsys.readouterr()
    assert "Laporan baru       : 3" in output.out
    assert "baris 4 (abc): Tracking ID bukan angka; baris dilewati" in output.out
    assert 'baris 5 (8000002): tanggal "kemarin 10:00:00" tidak terbaca' in output.out
    assert "baris 6 (8000003): tidak menyebut instansi; baris dilewati" in output.out
    assert 'Status yang tidak dikenal (disimpan apa adanya): "Aneh", 1 baris' in output.out
    assert "Unit baru dibuat: PT Contoh (Persero) (nomor 1)" in output.out
    assert "Memeriksa" in output.err
    assert "Mengimpor" in output.err
    assert 3 == cases_in(url)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["jalan"], "pilihan 'jalan' tidak ada"),
        (["serve", "--port", "delapan"], "argumen --port: nilai 'delapan' tidak dapat dipakai"),
        (["close-user"], "argumen ini wajib diisi: NAMA_PENGGUNA). Lihat: tanggap-central close-"),
        (["list-users", "semua"], "argumen tidak dikenal: semua"),
    ],
)
def test_a_mistake_is_told_in_one_indonesian_sentence(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a line of English, as ``tanggap`` does it."""
    assert 2 == main(arguments)
    out, err = capsys.readouterr()
    assert ("", 1) == (out, len(err.splitlines()))
    assert told in err
    assert err.startswith("Perintah tidak dimengerti (")


def test_help_is_in_indonesian_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    """Of every verb, the words of the library included."""
    verbs = re.findall(r"^    ([a-z]+-?[a-z]+)(?:  |$)", _help(capsys), re.MULTILINE)
    assert len(verbs) > 15
    for told in [_help(capsys), *(_help(capsys, verb) for verb in verbs)]:
        assert told.startswith("pemakaian: tanggap-central")
        assert [] == [words for words in _ENGLISH if words in told]


_ENGLISH = ("usage:", "options:", "arguments:", "show this")


def _help(capsys: pytest.CaptureFixture[str], *verb: str) -> str:
    with pytest.raises(SystemExit, match="0"):
        main([*verb, "--help"])
    told: str = capsys.readouterr().out
    return told


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "berkasnya kosong"),
        (b"Tracking ID,Judul\n1,2\n", "bukan berkas Excel"),
        (b"PK\x03\x04 terpotong", "berkasnya terpotong"),
    ],
)
def test_a_bad_file_is_one_sentence_and_nothing_written(
    url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    sentence: str,
) -> None:
    """A file that is no export gives one clear message, exit code 2 and an untouched ledger."""
    path = tmp_path / "ekspor.xlsx"
    path.write_bytes(content)
    assert 2 == main(["--database", url, "import", str(path)])
    assert sentence in capsys.readouterr().err
    assert 0 == cases_in(url)


def test_a_file_that_breaks_off_in_the_middle_is_not_taken_by_halves(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damage behind the first thousand rows is found before the first one is written."""
    path = tmp_path / "ekspor.xlsx"
    rng = random.Random(1)
    write_export(
        path,
        *(
            ROW | {"Tracking ID": str(8_000_000 + n), "Isi Laporan Akhir": rng.randbytes(40).hex()}
            for n in range(1_500)
        ),
    )
    content = bytearray(path.read_bytes())
    middle = len(content) * 6 // 10
    content[middle : middle + 64] = bytes(64)
    path.write_bytes(content)
    assert 2 == main(["--database", url, "import", str(path)])
    assert "Tidak ada yang diimpor." in capsys.readouterr().err
    assert 0 == cases_in(url)


def test_a_file_that_is_not_there(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file is told as such."""
    assert 2 == main(["--database", url, "import", str(tmp_path / "tidak-ada.xlsx")])
    assert "tidak dapat dibuka" in capsys.readouterr().err


def test_units_and_accounts_are_set_up(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit gets a number, and an account in it can be opened once."""
    assert 0 == main(["--database", url, "add-unit", "PT Contoh (Persero)", "--kind", "bumn"])
    assert "bernomor 1" in capsys.readouterr().out
    add_user = ["--database", url, "add-user", "agus", "--name", "Agus", "--unit", "1"]
    add_user += ["--role", "admin_instansi", "--password-stdin"]
    for password, code in [("pendek", 2), ("cukup-panjang", 0), ("cukup-panjang", 1)]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        assert code == main(add_user)
    assert "sudah dipakai" in capsys.readouterr().err


def test_a_unit_under_nothing_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A parent that is not there is told as such."""
    assert 1 == main(["--database", url, "add-unit", "Divisi", "--parent", "77"])
    assert "tidak ada" in capsys.readouterr().err


def test_an_unknown_device_cannot_be_revoked(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Revoking tells when there is no such device."""
    assert 1 == main(["--database", url, "revoke-device", "tidak-ada"])
    assert "tidak ada" in capsys.readouterr().err


def test_a_new_epoch_begins(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """After a restore the administrator begins another history."""
    assert 0 == main(["--database", url, "renew-epoch"])
    assert "Riwayat baru" in capsys.readouterr().out


def test_snapshots_are_made_for_those_who_see_much(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The national account sees more than a thousand cases; the others' pages will do."""
    main(["--database", url, "sample", "--count", "1100", "--today", "2026-11-24"])
    capsys.readouterr()
    assert 0 == main(["--database", url, "snapshots"])
    lines = capsys.readouterr().out.splitlines()
    assert any("1 petugas: 1100 kasus dalam 2 potongan" in line for line in lines), lines


def test_the_sample_fills_an_empty_centre_once(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sample names its accounts, writes its export, and does not touch a centre in use."""
    export = tmp_path / "contoh.xlsx"
    sample = ["--database", url, "sample", "--count", "60", "--today", "2026-11-24"]
    assert 0 == main([*sample, "--export", str(export)])
    output = capsys.readouterr().out
    assert f"{cases_in(url)} laporan contoh" in output
    assert "sari" in output
    assert 0 == main(["--database", url, "import", str(export)])
    assert "Laporan baru       : 0\nLaporan diperbarui : 0\n" in capsys.readouterr().out
    assert 1 == main(sample)


def test_an_address_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """A database address that cannot be understood is told, without a trace."""
    assert 2 == main(["--database", "bukan alamat", "renew-epoch"])
    assert "tidak dikenal" in capsys.readouterr().err


def test_a_database_that_cannot_be_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A database that does not open is told in one sentence."""
    url = f"sqlite:///{tmp_path / 'tidak-ada' / 'central.db'}"
    assert 2 == main(["--database", url, "renew-epoch"])
    assert "tidak dapat dipakai" in capsys.readouterr().err


def test_plain_http_is_for_this_computer_only(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A server open to others wants a certificate, or a proxy that has one."""
    assert 2 == main(["--database", url, "serve", "--host", "0.0.0.0"])
    assert "sertifikat" in capsys.readouterr().err


def test_a_folder_for_files_that_is_none(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be opened is named: the folder, not the port."""
    (tmp_path / "berkas").write_bytes(b"")
    assert 2 == main(
        ["--database", url, "serve", "--port", "0", "--files", str(tmp_path / "berkas")]
    )
    told = capsys.readouterr().err
    assert "berkas" in told
    assert "porta" not in told


def test_a_newer_database_is_left_alone(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A database written by a newer program is not touched."""
    main(["--database", url, "renew-epoch"])
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    assert 2 == main(["--database", url, "renew-epoch"])
    assert "lebih baru" in capsys.readouterr().err


def test_a_half_upgraded_database_is_not_served(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who tends the centre is told what is missing and what to do."""
    main(["--database", url, "list-users"])
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("DROP TABLE editions"))
    database.close()
    capsys.readouterr()
    assert 2 == main(["--database", url, "serve"])
    told = capsys.readouterr().err
    assert "editions.serial" in told
    assert "Pulihkan dari cadangan" in told


def test_the_day_of_the_sample_is_its_last(url: str) -> None:
    """No complaint of the sample is younger than the day it ends on."""
    main(["--database", url, "sample", "--count", "60", "--today", "2026-03-02"])
    database = Database(url)
    with database.read() as connection:
        newest = connection.execute(select(func.max(schema.cases.c.registered_at))).scalar_one()
    database.close()
    assert newest < (date(2026, 3, 3) - date(1970, 1, 1)).days * 86_400_000


def test_what_is_registered_can_be_listed(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units with the numbers that other commands take, and accounts."""
    main(["--database", url, "add-unit", "PT Contoh (Persero)", "--short-name", "Contoh"])
    main(["--database", url, "add-unit", "Divisi A", "--parent", "1"])
    monkeypatch.setattr("sys.stdin", io.StringIO("rahasia-contoh\n"))
    add = ["add-user", "Agus", "--name", "Agus P", "--role", "pejabat_penghubung", "--unit", "2"]
    assert 0 == main(["--database", url, *add, "--password-stdin"])
    capsys.readouterr()
    assert 0 == main(["--database", url, "list-units", "divisi"])
    assert "     2  unit             Divisi A (Contoh)\n" == capsys.readouterr().out
    assert 0 == main(["--database", url, "list-users"])
    assert ["agus", "pejabat_penghubung", "unit", "2", "Agus", "P"] == (
        capsys.readouterr().out.split()
    )


def test_a_new_password_and_a_closed_account(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both end what the officer's devices have; an unknown account is told as such."""
    office = new_office(url)
    device = office.device("agus")
    monkeypatch.setattr("sys.stdin", io.StringIO("sandi-yang-baru\n" * 2))
    assert 0 == main(["--database", url, "list-devices", "AGUS"])
    assert capsys.readouterr().out.startswith(device.id)
    change = ["--database", url, "set-password", "--password-stdin"]
    assert (0, 1) == (main([*change, "agus"]), main([*change, "siapa"]))
    with pytest.raises(SyncError) as ended:
        device.follow()
    assert SyncErrorKind.AUTH is ended.value.kind
    assert 0 == main(["--database", url, "close-user", "agus"])
    request = SignInRequest(
        username="agus", password="sandi-yang-baru", device_id="d2", device_name="Laptop"
    )
    with pytest.raises(SignInFailed):
        office.centre.sign_in(request)
    office.database.close()


def test_rules_are_published_and_bad_ones_are_not(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What devices will count with is said; a file that makes no sense changes nothing."""
    calendar = tmp_path / "kalender.json"
    text = resources.text("calendars/indonesia.json")
    calendar.write_text(text.replace('"version": "2026-11"', '"version": "2027-01"'))
    templates = tmp_path / "templat.json"
    templates.write_text('[{"name": "Terima kasih", "text": "Terima kasih atas laporannya."}]')
    assert main(["--database", url, "publish-rules"]) != 0
    assert 0 == main(["--database", url, "publish-rules", "--calendar", str(calendar),
                      "--templates", str(templates)])  # fmt: skip
    assert "Kalender: 2027-01" in capsys.readouterr().out
    templates.write_text('[{"name": ""}]')
    assert 0 != main(["--database", url, "publish-rules", "--templates", str(templates)])
    assert "Tidak ada yang diumumkan" in capsys.readouterr().err
    assert 0 == main(["--database", url, "list-rules"])
    said = capsys.readouterr().out
    assert "PermenPANRB 62/2018" in said
    assert "Templat: Terima kasih (respond)" in said


def test_attachments_come_beside_the_export_and_are_checked(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a folder by tracking ID; what the disk loses later is found, and told what to do."""
    export, source, kept = tmp_path / "ekspor.xlsx", tmp_path / "lampiran", tmp_path / "isi"
    write_export(export, ROW)
    (source / "8000001").mkdir(parents=True)
    (source / "8000001" / "surat.pdf").write_bytes(b"isi surat")
    beside = ["--attachments", str(source), "--files", str(kept)]
    assert main(["--database", url, "import", str(export), *beside]) == 0
    assert "Lampiran baru      : 1 pada 1 laporan" in capsys.readouterr().out
    check = ["--database", url, "check-files", "--files", str(kept)]
    assert main(check) == 0
    (content,) = (kept / "blobs").glob("??/*")
    content.write_bytes(b"rusak")
    assert main(check) == 1
    assert "--repair" in capsys.readouterr().out
    assert main([*check, "--repair"]) == 0
    assert main(["--database", url, "import", str(export), *beside]) == 0
    assert content.read_bytes() == b"isi surat"
    assert main(["--database", url, "import", str(export), "--attachments", "/tidak/ada"]) == 2
