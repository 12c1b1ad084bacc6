# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar and help of ``tanggap-central``, in Bahasa Indonesia."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from sync.cases.access import Role
from sync.central.settings import DATABASE_VARIABLE, FILES_VARIABLE
from sync.command_line import Parser
from sync.wire import versions
from sync.wire.messages import DEFAULT_LEASE_S


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; every verb sets ``verb``."""
    top = Parser(
        prog="tanggap-central",
        description="Server pusat Tanggap.",
        epilog=f"Basis data: --database, atau peubah lingkungan {DATABASE_VARIABLE}; "
        "bila keduanya tidak ada, berkas SQLite di folder data pengguna.",
    )
    top.add_argument(
        "--database",
        metavar="URL",
        help="postgresql://pengguna@tuan-rumah/nama, atau sqlite:///berkas",
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="PERINTAH")
    _serve(verbs.add_parser("serve", help="jalankan server"))
    _import(verbs.add_parser("import", help="ambil ekspor resmi SP4N-LAPOR! (.xlsx)"))
    _sample(verbs.add_parser("sample", help="isi pusat yang kosong dengan contoh rekaan"))
    _add_unit(verbs.add_parser("add-unit", help="tambah instansi atau unit"))
    _add_user(verbs.add_parser("add-user", help="buka akun petugas"))
    units = verbs.add_parser("list-units", help="unit dan nomornya")
    units.add_argument("words", nargs="?", default="", metavar="KATA")
    verbs.add_parser("list-users", help="akun petugas")
    _username(verbs.add_parser("list-devices", help="perangkat satu akun"))
    password = verbs.add_parser("set-password", help="ganti kata sandi; semua perangkat keluar")
    _username(password)
    _add_password(password)
    _username(verbs.add_parser("close-user", help="tutup akun petugas"))
    revoke = verbs.add_parser("revoke-device", help="cabut akses satu perangkat")
    restore = verbs.add_parser("restore-device", help="izinkan lagi perangkat yang dicabut")
    for each in (revoke, restore):
        each.add_argument("device", metavar="PERANGKAT")
    _take_in(verbs.add_parser("take-in", help="ambil berkas kurir dan tulis balasannya"))
    verbs.add_parser(
        "snapshots",
        help="siapkan potongan muat pertama; jalankan setiap malam bila ada"
        " petugas yang melihat lebih dari 150.000 kasus",
    )
    _check_files(verbs.add_parser("check-files", help="periksa isi berkas lampiran di folder"))
    _publish_rules(verbs.add_parser("publish-rules", help="umumkan aturan, kalender, templat"))
    verbs.add_parser("list-rules", help="aturan, kalender, dan templat yang berlaku")
    verbs.add_parser("renew-epoch", help="mulai riwayat baru, sesudah memulihkan cadangan")
    return top


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="alamat (bawaan: %(default)s)")
    parser.add_argument("--port", type=int, default=8474, help="porta (bawaan: %(default)s)")
    parser.add_argument("--name", default="Tanggap", help="nama server yang dilihat petugas")
    parser.add_argument(
        "--lease-days",
        type=int,
        default=DEFAULT_LEASE_S // 86_400,
        metavar="HARI",
        help="selama ini laporan terbuka di perangkat tanpa kontak (bawaan: %(default)s)",
    )
    _add_files(parser)
    _add_limits(parser)
    parser.add_argument(
        "--oldest-served",
        type=int,
        choices=range(versions.OLDEST_SERVED, versions.CURRENT + 1),
        default=versions.OLDEST_SERVED,
        help="versi terlama yang masih mendapat perubahan; versi lebih lama masih dapat "
        "mengirim tindakan (bawaan: %(default)s)",
    )
    parser.add_argument("--certificate", type=Path, metavar="BERKAS", help="sertifikat TLS (PEM)")
    parser.add_argument("--key", type=Path, metavar="BERKAS", help="kunci sertifikat (PEM)")
    parser.add_argument(
        "--behind-proxy", action="store_true", help="TLS dikerjakan proksi di depan server ini"
    )


def _check_files(parser: argparse.ArgumentParser) -> None:
    _add_files(parser)
    parser.add_argument(
        "--repair",
        action="store_true",
        help="minta perangkat pengirim mengirim lagi yang hilang atau rusak, dan hapus yang "
        "tidak dikenal",
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--daily-megabytes",
        type=int,
        default=2_000,
        metavar="MB",
        help="isi berkas yang diterima dari satu petugas dalam 24 jam; selebihnya menunggu di "
        "komputernya; 0: tanpa batas (bawaan: %(default)s)",
    )
    parser.add_argument(
        "--keep-free-megabytes",
        type=int,
        default=1_000,
        metavar="MB",
        help="ruang disk yang tidak dipakai untuk isi berkas; 0: tanpa batas (bawaan: %(default)s)",
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--files",
        type=Path,
        metavar="FOLDER",
        help="isi berkas lampiran (bawaan: di samping "
        f"basis data, atau peubah lingkungan {FILES_VARIABLE})",
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="BERKAS.xlsx")
    parser.add_argument(
        "--attachments",
        type=Path,
        metavar="FOLDER",
        help="lampiran laporan, yang tidak ada dalam ekspor: FOLDER/<tracking ID>/<nama berkas>",
    )
    _add_files(parser)


def _sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=1500, help="laporan (bawaan: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="benih acak (bawaan: %(default)s)")
    parser.add_argument(
        "--today", type=date.fromisoformat, help="hari terakhir contoh (bawaan: hari ini)"
    )
    parser.add_argument(
        "--export", type=Path, metavar="BERKAS.xlsx", help="tulis juga ekspor resminya"
    )


def _publish_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules",
        type=Path,
        action="append",
        default=[],
        metavar="ATURAN.json",
        help="aturan tenggat yang ditambahkan, dengan nama sendiri (docs/deadlines.md); boleh "
        "berkali-kali",
    )
    parser.add_argument(
        "--calendar",
        type=Path,
        metavar="KALENDER.json",
        help="kalender hari libur dengan versi yang lebih baru",
    )
    parser.add_argument(
        "--templates",
        type=Path,
        metavar="TEMPLAT.json",
        help="semua templat tanggapan; menggantikan yang sebelumnya",
    )


def _take_in(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", type=Path, nargs="+", metavar="BERKAS")
    parser.add_argument(
        "--reply-to", type=Path, required=True, metavar="FOLDER", help="tempat berkas balasan"
    )
    parser.add_argument(
        "--from-revoked",
        action="store_true",
        help="terima juga pekerjaan dari perangkat yang dicabut, sesudah Anda memastikan "
        "bersama petugasnya bahwa itu pekerjaannya; balasannya hanya tanda terima",
    )
    parser.add_argument(
        "--contents",
        type=Path,
        metavar="FOLDER",
        help="isi berkas lampiran, folder yang sama dengan serve --files "
        f"(bawaan: di samping basis data, atau peubah lingkungan {FILES_VARIABLE})",
    )
    _add_limits(parser)


def _add_unit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAMA")
    parser.add_argument("--short-name", default="", metavar="SINGKATAN")
    parser.add_argument("--kind", default="unit", help="bawaan: %(default)s")
    parser.add_argument("--parent", type=int, metavar="NOMOR", help="bagian dari unit ini")
    parser.add_argument("--coordinated-by", type=int, metavar="NOMOR", help="dikoordinasikan oleh")


def _username(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", metavar="NAMA_PENGGUNA")


def _add_user(parser: argparse.ArgumentParser) -> None:
    _username(parser)
    parser.add_argument("--name", required=True, metavar="NAMA")
    roles = [role.value for role in Role if role is not Role.UNKNOWN]
    parser.add_argument("--role", required=True, choices=roles)
    parser.add_argument("--unit", required=True, type=int, metavar="NOMOR")
    _add_password(parser)


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="baca kata sandi dari masukan baku"
    )
