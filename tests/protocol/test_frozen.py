# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was released does not change: messages only grow, and two older versions are taken.

Who changes what was released finds out here. ``python -m tests.protocol.test_frozen`` writes
down the bodies of a new release.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.cases.commands import COMMAND_KINDS
from sync.cases.events import EVENT_KINDS
from sync.wire import messages, versions
from sync.wire.upcasts import newest
from tests.support import wire_v3
from tests.support.transcripts import FOLDER, READERS

OLDER_VERSIONS_TAKEN = 2
"""Beside its own, a centre takes the commands of so many and tells as many of changes."""

BODIES = Path(__file__).with_name("bodies_v3.json")
SPOKEN = [
    kind
    for kind in vars(wire_v3).values()
    if isinstance(kind, type)
    and issubclass(kind, msgspec.Struct)
    and kind not in {wire_v3.Record, wire_v3.Message}
]


def _schema(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of one type, without its words."""
    _, components = msgspec.json.schema_components([kind], ref_template="{name}")
    schema = msgspec.json.decode(msgspec.json.encode(components[kind.__name__]))
    return {name: part for name, part in schema.items() if name not in {"title", "description"}}


def _bodies() -> dict[str, dict[str, Any]]:
    """Return what is in the data of each schema of a command and of each kind of fact."""
    commands = {f"{kind} {newest(kind)}": _schema(body) for kind, body in COMMAND_KINDS.items()}
    return {
        "commands": commands,
        "facts": {kind: _schema(body) for kind, body in EVENT_KINDS.items()},
    }


def _has_only_grown(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Say whether readers of either understand writers of the other.

    The same names mean the same, with the same defaults, for what has its default is not said.
    What must be there is the same: neither end can do without it, and none can be asked for more.
    """
    places = len(old.get("prefixItems", ()))
    kept = new | {
        "properties": {
            name: part
            for name, part in new.get("properties", {}).items()
            if name in old.get("properties", {})
        },
        "prefixItems": new.get("prefixItems", [])[:places],
    }
    return {"properties": {}, "prefixItems": []} | old == kept


def test_two_older_versions_are_taken_and_told() -> None:
    """By the centre as it comes; an operator may ask for newer ones, for changes only."""
    oldest = max(1, versions.CURRENT - OLDER_VERSIONS_TAKEN)
    assert versions.OLDEST_ACCEPTED <= oldest
    assert versions.OLDEST_SERVED <= oldest


def test_every_version_that_is_taken_is_replayed() -> None:
    """Each has its transcript and the types that it had, but for one still being made."""
    taken = range(versions.OLDEST_ACCEPTED, versions.CURRENT)
    assert READERS.keys() >= set(taken)
    assert [] == [version for version in READERS if not (FOLDER / f"v{version}.jsonl").exists()]


@pytest.mark.skipif(versions.CURRENT not in READERS, reason="the dialects keep what was released")
@pytest.mark.parametrize("kind", SPOKEN, ids=[kind.__name__ for kind in SPOKEN])
def test_messages_only_grow(kind: type) -> None:
    """As long as the version that was released last is the newest one."""
    assert _has_only_grown(_schema(kind), _schema(getattr(messages, kind.__name__)))


def test_bodies_of_commands_stay_and_those_of_facts_only_grow() -> None:
    """More in a command needs another schema: a centre that ignored it would act by halves."""
    released, bodies = json.loads(BODIES.read_text("utf-8")), _bodies()
    for schema in released["commands"].keys() & bodies["commands"].keys():
        assert released["commands"][schema] == bodies["commands"][schema], schema
    assert {kind.partition(" ")[0] for kind in released["commands"]} <= COMMAND_KINDS.keys()
    for kind, body in released["facts"].items():
        assert _has_only_grown(body, bodies["facts"][kind]), kind


if __name__ == "__main__":
    BODIES.write_text(json.dumps(_bodies(), indent=1, sort_keys=True) + "\n", "utf-8")
