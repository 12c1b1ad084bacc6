# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write resources/calendars/indonesia.json: national holidays and cuti bersama, as decreed.

The days come from the `holidays` package, which follows the joint decrees (SKB 3 Menteri) and
their amendments. Run it when a decree appears or changes, raise AS_OF, and read the diff: that
is where the decree is checked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import holidays

AS_OF = "2026-11"
FIRST_YEAR = 2023
LAST_YEAR = 2027
PROVISIONAL_YEARS = (2027,)
SOURCE = (
    "SKB 3 Menteri tentang hari libur nasional dan cuti bersama, 2023-2027, as the Python package"
    " 'holidays' carries them (categories public and government)."
)
NOTES = (
    "2023 to 2026 agree day by day with what the maker knows of the decrees and their amendments.",
    "Amendments: 19-20 April, 28 and 30 June 2023; 14 February, 27 November 2024; 18 August 2025.",
    "The texts of the decrees themselves were not read.",
    "2027 follows the decree of September 2026 at second hand; it is provisional.",
    "Idul Fitri and Idul Adha of 2027 are estimates until the isbat session.",
    "Days that only one region has off are not included.",
)
TARGET = Path(__file__).resolve().parent.parent / "resources/calendars/indonesia.json"


def calendar() -> dict[str, object]:
    """Return the calendar as the rulebook reads it."""
    days = holidays.country_holidays(
        "ID",
        years=range(FIRST_YEAR, LAST_YEAR + 1),
        categories=("public", "government"),
        language="id",
    )
    return {
        "version": AS_OF,
        "source": SOURCE,
        "notes": NOTES,
        "utc_offset_minutes": 420,
        "first_year": FIRST_YEAR,
        "last_year": LAST_YEAR,
        "provisional_years": PROVISIONAL_YEARS,
        "holidays": {day.isoformat(): name for day, name in sorted(days.items())},
    }


def main() -> int:
    """Write the file; return the exit status."""
    text = json.dumps(calendar(), ensure_ascii=False, indent=2)
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {AS_OF}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
