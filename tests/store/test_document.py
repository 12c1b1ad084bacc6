# SPDX-License-Identifier: AGPL-3.0-or-later
"""docs/schema.md tells of every table, column and index there is, and of no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from sync.store import schema_cache, schema_work

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
CHAPTERS = {
    "cache": DOCUMENT[DOCUMENT.index("## 2.") : DOCUMENT.index("## 3.")],
    "work": DOCUMENT[DOCUMENT.index("## 3.") :],
}
TABLES = [
    (chapter, table)
    for chapter, metadata in (("cache", schema_cache.metadata), ("work", schema_work.metadata))
    for table in metadata.sorted_tables
]


def section(chapter: str, table: str) -> str:
    """Return what the page says about a table."""
    parts = re.split(r"^### ", CHAPTERS[chapter], flags=re.MULTILINE)
    return next(part for part in parts if re.match(rf"[\w, ]*\b{table}\b", part))


@pytest.mark.parametrize(
    ("chapter", "table"), TABLES, ids=[f"{chapter}.{table.name}" for chapter, table in TABLES]
)
def test_every_column_and_index_is_explained(chapter: str, table: sa.Table) -> None:
    """Whoever adds one writes down why."""
    said = set(re.findall(r"`(\w+)`", section(chapter, table.name)))
    expected = {column.name for column in table.columns}
    expected |= {str(index.name) for index in table.indexes}
    assert set() == expected - said


def test_no_index_is_explained_that_does_not_exist() -> None:
    """The page does not outlive what it tells of."""
    there = {str(index.name) for _, table in TABLES for index in table.indexes}
    assert there == set(re.findall(r"\bix_\w+", DOCUMENT))


def test_only_the_journal_writes_what_the_centre_told() -> None:
    """Facts are written in one module, deliveries in one, shown columns in one."""
    writes = re.compile(r"\b(?:INSERT INTO|REPLACE INTO|UPDATE|DELETE FROM) (\w+)")
    writers: dict[str, set[str]] = {}
    for path in (ROOT / "sync" / "store").glob("*.py"):
        for table in writes.findall(path.read_text(encoding="utf-8")):
            writers.setdefault(table, set()).add(path.name)
    assert {"confirmed.py"} == writers["events"] | writers["units"] | writers["people"]
    assert {"confirmed.py", "overlay.py"} == writers["cases"]
    assert {"backup.py", "deliveries.py", "history.py", "outbox.py"} == writers["commands"]
