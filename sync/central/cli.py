# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap-central``: starts the centre and tends it. Speaks Bahasa Indonesia, for offices do.

Exit codes: 0 done, 1 not found or refused, 2 wrong use or an unusable file or database.
"""

from __future__ import annotations

import argparse
import getpass
import logging
import secrets
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime

from sqlalchemy.exc import DBAPIError, IntegrityError

from sync.cases.access import Role
from sync.cases.ids import UnitId
from sync.central.administration import Administration
from sync.central.app import create_app
from sync.central.blob_files import BlobFiles
from sync.central.cli_arguments import parser
from sync.central.courier_files import sweep_unfinished, take_in_file
from sync.central.database import Database
from sync.central.file_calls import with_files
from sync.central.file_check import FileCheck
from sync.central.file_report import checked
from sync.central.head import renew_epoch
from sync.central.import_files import ComplaintFiles
from sync.central.import_report import (
    ProgressBar,
    attachment_lines,
    file_problem_line,
    summary_lines,
)
from sync.central.importing import import_export
from sync.central.publishing import publish, rule_lines
from sync.central.registry import account_lines, device_lines, unit_lines
from sync.central.sample.office_time import WIB
from sync.central.sample.workbook import write_workbook
from sync.central.sample_office import DEMO_PASSWORD, build_sample
from sync.central.serving import Server
from sync.central.settings import (
    SettingProblem,
    database_url,
    files_folder,
    open_centre,
    open_database,
    password_hasher,
    wall_clock,
)
from sync.central.snapshots import make_all
from sync.central.spreadsheet import open_export
from sync.central.spreadsheet_file import SpreadsheetProblem
from sync.central.uploads import Limits
from sync.command_line import NotUnderstood, speak
from sync.errors import EditionRefused, StoreTooNew, StoreUnavailable
from sync.i18n import DEFAULT_LANGUAGE
from sync.wire.rulebook import load_rulebook

DONE, REFUSED, UNUSABLE = 0, 1, 2
_SHORTEST_PASSWORD = 8
_PASSWORD_WISH = f"Kata sandi harus sama dua kali dan paling sedikit {_SHORTEST_PASSWORD} huruf."
_NO_ACCOUNT = "Akun itu tidak ada."
_DAY_S = 86_400
_MEGABYTE = 1_000_000
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    speak(DEFAULT_LANGUAGE)
    try:
        given = parser().parse_args(arguments)
    except NotUnderstood as error:
        message, program = error.data["message"], error.data["program"]
        return _complain(f"Perintah tidak dimengerti ({message}). Lihat: {program} --help.")
    url = database_url(given.database)
    try:
        with closing(open_database(url)) as database:
            return _VERBS[given.verb](database, given)
    except SettingProblem as problem:
        return _complain(f"Alamat basis data tidak dikenal: {problem.data['url']}")
    except StoreTooNew:
        return _complain("Basis data ini ditulis program yang lebih baru. Perbarui program ini.")
    except StoreUnavailable as error:
        return _complain(
            f"Susunan basis data ini tidak utuh ({error.data['detail']}). Tidak ada yang diubah "
            "dan pusat tidak dijalankan. Pulihkan dari cadangan, atau salin ulang seluruhnya."
        )
    except DBAPIError as error:
        return _complain(f"Basis data tidak dapat dipakai: {error.orig}")


def _serve(database: Database, given: argparse.Namespace) -> int:
    if given.certificate is None and given.host not in _LOOPBACK and not given.behind_proxy:
        return _complain(
            "Tanpa sertifikat, server hanya boleh di 127.0.0.1. "
            "Beri --certificate dan --key, atau --behind-proxy."
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    centre = open_centre(database, given.name, given.lease_days * _DAY_S)
    app = create_app(centre, wall_clock, oldest_served=given.oldest_served)
    folder = files_folder(given.files, database)
    try:
        complete = with_files(app, centre, wall_clock, folder, _limits(given))
    except OSError as error:
        return _complain(f"Folder berkas {folder} tidak dapat dipakai: {error.strerror}")
    try:
        server = Server(
            complete,
            end_streams=app.end_streams,
            host=given.host,
            port=given.port,
            certificate=given.certificate,
            key=given.key,
        )
    except OSError as error:
        return _complain(f"Tidak dapat membuka {given.host} porta {given.port}: {error.strerror}")
    print(f"Server pusat siap di {server.address}", flush=True)
    server.run()
    return DONE


def _limits(given: argparse.Namespace) -> Limits:
    return Limits(
        daily_bytes=given.daily_megabytes * _MEGABYTE or None,
        kept_free_bytes=given.keep_free_megabytes * _MEGABYTE or None,
    )


def _check_files(database: Database, given: argparse.Namespace) -> int:
    folder = files_folder(given.files, database)
    try:
        files = BlobFiles(folder)
        holdings = open_centre(database, "").holdings
        check = FileCheck(database, files, holdings, wall_clock)
        outcome = checked(check, repair=given.repair)
    except OSError as error:
        return _complain(f"Folder berkas {folder} tidak dapat dibaca: {error.strerror}")
    print("\n".join(outcome.lines))
    return DONE if outcome.is_well else REFUSED


def _snapshots(database: Database, _given: argparse.Namespace) -> int:
    for officers, snapshot in make_all(database):
        megabytes = sum(segment.bytes for segment in snapshot.segments) / 1_000_000
        print(
            f"{officers} petugas: {snapshot.rows} kasus dalam {len(snapshot.segments)} potongan,"
            f" {megabytes:.1f} MB"
        )
    return DONE


def _import(database: Database, given: argparse.Namespace) -> int:
    path = str(given.file)
    try:
        # The whole file is read once before the first row is taken, for one that turns out to
        # be broken at its end must not be taken by halves.
        checking = ProgressBar(sys.stderr, "Memeriksa  ")
        with open_export(given.file, checking) as export:
            for _ in export.rows():
                pass
        checking.finish()
        taking = ProgressBar(sys.stderr, "Mengimpor  ")
        with open_export(given.file, taking) as export:
            header = export.header
            summary = import_export(
                database,
                export.rows(),
                status_map=load_rulebook().status_map,
                clock=wall_clock,
            )
        taking.finish()
    except SpreadsheetProblem as problem:
        return _complain(file_problem_line(path, problem))
    except OSError as error:
        return _complain(f"{path}: tidak dapat dibuka ({error.strerror}). Tidak ada yang diimpor.")
    print("\n".join(summary_lines(summary, header)))
    return DONE if given.attachments is None else _take_attachments(database, given)


def _take_attachments(database: Database, given: argparse.Namespace) -> int:
    try:
        files = BlobFiles(files_folder(given.files, database))
        holdings, rules = open_centre(database, "").holdings, load_rulebook()
        complaints = ComplaintFiles(database, files, holdings, rules.status_map, wall_clock)
        taken = complaints.take(given.attachments)
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}. Ulangi; tidak ada yang berganda.")
    print("\n".join(attachment_lines(taken)))
    return DONE


def _sample(database: Database, given: argparse.Namespace) -> int:
    if not Administration(database).is_empty():
        return _complain("Pusat ini sudah berisi; contoh hanya untuk yang kosong.", REFUSED)
    today = given.today or datetime.fromtimestamp(wall_clock() / 1000, WIB).date()
    sample = build_sample(
        database,
        today=today,
        status_map=load_rulebook().status_map,
        hasher=password_hasher(),
        seed=given.seed,
        count=given.count,
    )
    world = sample.world
    if given.export is not None:
        write_workbook(given.export, world.rows, generated_at=world.now)
    print(f"{len(world.rows)} laporan contoh. Kata sandi semua akun: {DEMO_PASSWORD}")
    for officer in world.officers:
        print(f"  {officer.username:8} {officer.role.value:20} {officer.name}")
    return DONE


def _add_unit(database: Database, given: argparse.Namespace) -> int:
    try:
        unit_id = Administration(database).add_unit(
            given.name,
            short_name=given.short_name,
            kind=given.kind,
            parent_id=_unit_id(given.parent),
            coordinated_by=_unit_id(given.coordinated_by),
        )
    except IntegrityError:
        return _complain("Unit induk atau koordinatornya tidak ada.", REFUSED)
    print(f"Unit {given.name} bernomor {unit_id}.")
    return DONE


def _add_user(database: Database, given: argparse.Namespace) -> int:
    password = _password(from_stdin=given.password_stdin)
    if password is None:
        return _complain(_PASSWORD_WISH)
    try:
        Administration(database).add_officer(
            given.username,
            password_hash=password_hasher().hash(password),
            name=given.name,
            role=Role(given.role),
            unit_id=UnitId(given.unit),
        )
    except IntegrityError:
        return _complain("Nama pengguna sudah dipakai, atau unitnya tidak ada.", REFUSED)
    print(f"Akun {given.username} dibuka.")
    return DONE


def _set_password(database: Database, given: argparse.Namespace) -> int:
    password = _password(from_stdin=given.password_stdin)
    if password is None:
        return _complain(_PASSWORD_WISH)
    if not Administration(database).set_password(given.username, password_hasher().hash(password)):
        return _complain(_NO_ACCOUNT, REFUSED)
    print("Kata sandi diganti; semua perangkat petugas ini harus masuk lagi.")
    return DONE


def _close_user(database: Database, given: argparse.Namespace) -> int:
    if not Administration(database).close_account(given.username):
        return _complain(_NO_ACCOUNT, REFUSED)
    print(f"Akun {given.username} ditutup.")
    return DONE


def _list(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return DONE


def _restore_device(database: Database, given: argparse.Namespace) -> int:
    if not Administration(database).restore_device(given.device):
        return _complain(f"Tidak ada perangkat {given.device}")
    print(f"Perangkat {given.device} boleh masuk lagi.")
    return DONE


def _revoke_device(database: Database, given: argparse.Namespace) -> int:
    if not Administration(database).revoke_device(given.device, wall_clock()):
        return _complain("Perangkat itu tidak ada.", REFUSED)
    print("Akses perangkat itu dicabut.")
    return DONE


def _take_in(database: Database, given: argparse.Namespace) -> int:
    centre = open_centre(database, "")
    folder = files_folder(given.contents, database)
    try:
        centre.uploads(BlobFiles(folder), _limits(given))
    except OSError as error:
        return _complain(f"Folder berkas {folder} tidak dapat dipakai: {error.strerror}")
    sweep_unfinished(given.reply_to, wall_clock() / 1000)
    outcomes = [
        take_in_file(centre.courier_desk, path, given.reply_to, from_revoked=given.from_revoked)
        for path in given.files
    ]
    for outcome in outcomes:
        print("\n".join(outcome.lines), file=sys.stdout if outcome.taken else sys.stderr)
    return DONE if all(outcome.taken for outcome in outcomes) else REFUSED


def _publish_rules(database: Database, given: argparse.Namespace) -> int:
    if not given.rules and given.calendar is None and given.templates is None:
        return _complain("Sebutkan --rules, --calendar, atau --templates.")
    try:
        return _list(publish(open_centre(database, "").editions(load_rulebook()), given))
    except EditionRefused as refused:
        told = f"Tidak dapat dipakai: {refused.data.get('detail')}. Tidak ada yang diumumkan."
        return _complain(told, REFUSED)
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}. Tidak ada yang diumumkan.")


def _list_rules(database: Database, _given: argparse.Namespace) -> int:
    rulebook = load_rulebook()
    return _list(rule_lines(open_centre(database, "").editions(rulebook), rulebook))


def _renew_epoch(database: Database, _given: argparse.Namespace) -> int:
    renew_epoch(database, secrets.token_bytes)
    print("Riwayat baru dimulai; semua perangkat akan mengunduh ulang.")
    return DONE


_VERBS: dict[str, Callable[[Database, argparse.Namespace], int]] = {
    "serve": _serve,
    "import": _import,
    "sample": _sample,
    "add-unit": _add_unit,
    "add-user": _add_user,
    "list-units": lambda database, given: _list(unit_lines(database, given.words)),
    "list-users": lambda database, _given: _list(account_lines(database)),
    "list-devices": lambda database, given: _list(device_lines(database, given.username)),
    "set-password": _set_password,
    "close-user": _close_user,
    "revoke-device": _revoke_device,
    "restore-device": _restore_device,
    "take-in": _take_in,
    "publish-rules": _publish_rules,
    "list-rules": _list_rules,
    "snapshots": _snapshots,
    "check-files": _check_files,
    "renew-epoch": _renew_epoch,
}


def _password(*, from_stdin: bool) -> str | None:
    """Return a new password, None when it is too short or was not repeated."""
    if from_stdin:
        password = repeated = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass("Kata sandi baru: ")
        repeated = getpass.getpass("Sekali lagi: ")
    return password if password == repeated and len(password) >= _SHORTEST_PASSWORD else None


def _unit_id(number: int | None) -> UnitId | None:
    return None if number is None else UnitId(number)


def _complain(sentence: str, code: int = UNUSABLE) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
