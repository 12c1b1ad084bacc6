# SPDX-License-Identifier: AGPL-3.0-or-later
"""``tanggap-central check-files``: what was found in the folder of contents, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sync.central.file_check import Fault, FileCheck, Finding, Tally

_FAULTS: Final = {
    Fault.MISSING: "hilang",
    Fault.DAMAGED: "rusak",
    Fault.UNKNOWN: "tidak dikenal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a check, in words."""

    is_well: bool
    lines: Sequence[str]


def checked(check: FileCheck, *, repair: bool) -> Outcome:
    """Look at every content; with ``repair`` make good what can be."""
    findings = list(check.look())
    tally = check.tally
    lines = [_line(finding) for finding in findings]
    lines.append(
        f"{tally.sound} isi berkas utuh, {tally.missing} hilang, {tally.damaged} rusak,"
        f" {tally.unknown} tidak dikenal."
    )
    is_wrong_folder = tally.is_all_gone
    if repair and not is_wrong_folder:
        mended = sum(check.mend(finding) for finding in findings)
        lines.append(f"{mended} diperbaiki.")
    lines += _advice(tally, repair=repair)
    return Outcome(is_well=not findings or (repair and not is_wrong_folder), lines=lines)


def _line(finding: Finding) -> str:
    cases = f", {finding.cases} laporan" if finding.cases else ""
    return f"  {finding.sha256}  {_FAULTS[finding.fault]}{cases}"


def _advice(tally: Tally, *, repair: bool) -> Iterator[str]:
    if tally.is_all_gone:
        yield (
            "Tidak satu pun isi berkas ada di sini: periksa dahulu apakah foldernya benar dan "
            "disknya terpasang. Tidak ada yang diubah."
        )
    elif repair and (tally.missing or tally.damaged):
        yield (
            "Laporan yang menyebutnya kini berkata berkasnya menyusul. Komputer pengirim yang "
            "masih memilikinya (sebulan) mengirimnya lagi sendiri pada sinkronisasi berikutnya."
        )
    elif tally.missing or tally.damaged:
        yield (
            "Pulihkan folder dari cadangan, lalu periksa lagi; bila tidak ada cadangan: "
            "check-files --repair meminta komputer pengirim mengirim lagi."
        )
