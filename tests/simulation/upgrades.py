# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs that find files of an older release: they are killed, lose power or have no room at any
write of the migration, and go on, or the older release comes back in between.
"""

from __future__ import annotations

from contextlib import suppress

from alembic import command

from sync.errors import StoreError
from sync.store.engine import CACHE_TUNING, WORK_TUNING, Database
from sync.store.upgrade import CACHE, WORK, configuration
from sync.store.vault import Vault
from tests.simulation.computers import adopt
from tests.simulation.disk import PowerCut, Refusal, Wire
from tests.simulation.hazards import Hazard
from tests.simulation.machine import Machine, survive
from tests.simulation.officers import AT
from tests.simulation.steps import deed, number, one_of, some
from tests.simulation.world import World

_RELEASED = "0006", "0004"
"""Work file and cache as release 27d0ddd wrote them."""

_LEFT_TO_DO = (
    ("work", "SELECT count(*) FROM commands WHERE receipt_due"),
    ("cache", "SELECT count(*) FROM unindexed"),
)
"""What that release did not know, so that there is none of it in its files."""


@deed(1, at=AT, writes=some(number(60), least=1, most=3), unsynced=one_of(0, 0.3, 1),
      how=one_of("killed", "killed", *(refusal.name for refusal in Refusal)))  # fmt: skip
def an_upgrade_is_killed(
    world: World, at: int, writes: list[int], unsynced: float, how: str
) -> None:
    """The files are those of an older release; today's program dies over them until it does not."""
    machine = world.machines[at]
    if any(_count(machine, *what) for what in _LEFT_TO_DO):
        return
    neighbours = [other for other in world.machines if other.computer is machine.computer]
    for other in neighbours:
        other.desk.close()
    for left in writes:
        _let_the_older_program_write(machine)
        refusal = None if how == "killed" else Refusal[how]
        wire = Wire(machine.computer.folder, left, refusal=refusal, unsynced=unsynced)
        with suppress(PowerCut, StoreError), world.disks.failing(wire):
            machine.open()
            machine.desk.close()
        if wire.tripped:
            world.count(Hazard.MIGRATION_KILLED)
        if wire.image is not None:
            survive(machine.computer, wire.image)
            for other in neighbours:
                world.memory.forget_cache(other.name)
    for other in neighbours:
        _open(other)
        adopt(other)


def _open(machine: Machine) -> None:
    try:
        machine.open()
    except StoreError as error:
        raise AssertionError(f"{machine.name} cannot be opened any more") from error


def _count(machine: Machine, file: str, query: str) -> int:
    with getattr(machine.desk.store.files, file).read() as connection:
        found: int = connection.exec_driver_sql(query).scalar_one()
    return found


def _let_the_older_program_write(machine: Machine) -> None:
    """Bring both files to what they were before, as far as they are of today."""
    folder = machine.profile.folder
    key = Vault(folder, machine.computer.keyring).open()
    files = (("work.db", WORK_TUNING, WORK), ("cache.db", CACHE_TUNING, CACHE))
    for (name, tuning, schema), revision in zip(files, _RELEASED, strict=True):
        database = Database(folder / name, key, tuning)
        with database.write() as connection:
            command.downgrade(configuration(schema, connection), revision)
        database.close()
