# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules, calendars and templates of the centre reach a desk, by network and by stick."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import resources
from sync.cases.ids import CaseId
from sync.central.editions import Editions
from sync.central.schema import editions as table
from sync.courier.editions import Edition, Template, opened, signed
from sync.errors import EditionRefused
from sync.store.editions import Shelved
from sync.wire.messages import SyncReply
from sync.wire.rulebook import load_rulebook
from tests.integration.services.test_courier import Stick, taken
from tests.support.central import Office
from tests.support.courier import CENTRE, STRANGER
from tests.support.desks import Workplace, a_workplace

TEMPLATES = [Template(name="Terima kasih", text="Terima kasih atas laporan Bapak/Ibu.")]


def calendar(version: str = "2027-01", *holidays: str) -> str:
    """Return the calendar of the program with more holidays."""
    data: dict[str, Any] = json.loads(resources.text("calendars/indonesia.json"))
    data["version"] = version
    data["holidays"] |= dict.fromkeys(holidays, "Hari libur baru")
    return json.dumps(data)


def rules(name: str, days: int = 4, valid_from: str = "2025-01-01") -> str:
    """Return a rule set with another number of days for the first answer."""
    data: dict[str, Any] = json.loads(resources.text("rules/permenpanrb-62-2018.json"))
    data |= {"name": name, "valid_from": valid_from}
    data["clocks"]["tindak_lanjut_pertama"] = {"*": {"working_days": days, "source": "Pasal 9"}}
    return json.dumps(data)


@pytest.fixture
def editions(office: Office) -> Editions:
    return office.centre.editions(load_rulebook())


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Iterator[Workplace]:
    place = a_workplace(office, tmp_path / "laptop", synced=False)
    yield place
    place.desk.close()


def restart(place: Workplace) -> None:
    """Open the desk again."""
    place.desk.close()
    place.desk = place.door.open(place.desk.profile)


def first_deadline(place: Workplace, case_id: CaseId) -> tuple[str, str, str]:
    """Return until when the first answer is due, and what explains it."""
    view = place.desk.inbox.case(case_id)
    assert view is not None
    found = next(each for each in view.deadlines if "PERTAMA" in each.clock.name.upper()
                 or each.clock.value == "tindak_lanjut_pertama")  # fmt: skip
    return found.due_on.isoformat(), found.rule_set, found.calendar


def test_a_new_edition_counts_from_the_next_start_on(
    office: Office, editions: Editions, place: Workplace
) -> None:
    case_id = office.add_case().id
    place.sync()
    before = first_deadline(place, case_id)
    editions.publish(rule_sets=[rules("PermenPANRB 5/2025")], templates=TEMPLATES)
    editions.publish(calendar=calendar())
    restart(place)
    place.sync()
    assert first_deadline(place, case_id) == before  # one list is counted by one calendar
    restart(place)
    due_on, rule_set, version = first_deadline(place, case_id)
    assert (rule_set, version) == ("PermenPANRB 5/2025", "2027-01")
    assert due_on < before[0]
    content = place.desk.store.editions.content()
    assert content is not None
    assert list(content.templates) == TEMPLATES
    assert place.desk.store.editions.problem() == ""


def test_a_reply_by_stick_brings_the_rules(
    office: Office, editions: Editions, place: Workplace, tmp_path: Path
) -> None:
    case_id = office.add_case().id
    place.sync()
    editions.publish(rule_sets=[rules("PermenPANRB 5/2025")], templates=TEMPLATES)
    stick = Stick(office, tmp_path / "stick")
    reply = stick.to_centre(place.desk.courier.export(stick.folder).path)
    for _ in range(2):
        place.desk.courier.take(reply)
    restart(place)
    assert first_deadline(place, case_id)[1] == "PermenPANRB 5/2025"
    again = stick.to_centre(place.desk.courier.export(stick.folder).path)
    assert again.stat().st_size < reply.stat().st_size  # what is here is not told again


def test_the_newest_edition_wins_whatever_order_replies_come_in(
    office: Office, editions: Editions, place: Workplace, tmp_path: Path
) -> None:
    place.sync()
    stick = Stick(office, tmp_path / "stick")
    exported = place.desk.courier.export(stick.folder).path
    editions.publish(calendar=calendar("2027-01"))
    first = stick.to_centre(exported)
    serial, _ = editions.publish(calendar=calendar("2027-02"))
    second = stick.to_centre(exported)
    found = [taken(place, each).edition for each in (second, first, second)]
    assert found == [Shelved.NEW, Shelved.OLDER, Shelved.KNOWN]
    assert place.desk.store.editions.serial() == serial


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (signed(2**50, Edition(calendar=calendar()), STRANGER), "edition.not-signed"),
        (
            msgspec.structs.replace(
                signed(2**50, Edition(calendar=calendar()), CENTRE), signature="no hex"
            ),
            "edition.not-signed",
        ),
        (None, "edition.unreadable"),
    ],
)
def test_a_bad_edition_is_refused_and_the_old_one_stays(
    office: Office, editions: Editions, place: Workplace, record: Any, code: str
) -> None:
    place.sync()
    serial, _ = editions.publish(calendar=calendar())
    restart(place)
    place.sync()
    shelf = place.desk.store.editions
    if record is None:  # by the centre itself, but of a newer kind than this program knows
        record = signed(2**50, Edition(calendar='{"version":"9"}'), editions._keys)  # noqa: SLF001
    place.desk.store.journal.absorb(SyncReply(now=1, edition=record), None)
    assert (shelf.serial(), shelf.problem()) == (serial, code)
    restart(place)
    assert place.desk.rulebook.calendar.version == "2027-01"


@pytest.mark.parametrize(
    ("published", "says"),
    [
        ({"rule_sets": ["{"]}, "Expecting"),
        ({"rule_sets": [rules("PermenPANRB 62/2018")]}, "another rule set is called"),
        ({"rule_sets": [rules("Baru", days=0)]}, "working_days"),
        ({"calendar": calendar("2020-01")}, "2026-11"),
        ({"calendar": calendar("2026-11", "2026-12-01")}, "another calendar has the version"),
        ({"calendar": '{"version":"2028"}'}, "KeyError"),
    ],
)
def test_what_makes_no_sense_is_not_published(
    office: Office, editions: Editions, published: dict[str, Any], says: str
) -> None:
    with pytest.raises(EditionRefused) as caught:
        editions.publish(**published)
    assert says in str(caught.value.data["detail"])
    with office.database.read() as connection:
        assert connection.execute(table.select()).first() is None


def test_an_edition_is_asked_for_now_and_then_only(place: Workplace, editions: Editions) -> None:
    """An exchange that has nothing new costs nothing more."""
    place.sync()
    editions.publish(calendar=calendar())
    place.sync()
    assert place.desk.store.editions.serial() == 0
    restart(place)
    place.sync()  # whatever was asked before
    assert place.desk.store.editions.serial() > 0


def test_after_a_day_an_edition_is_asked_for_again(place: Workplace, editions: Editions) -> None:
    place.sync()
    editions.publish(calendar=calendar())
    place.office.clock.advance(86_400)
    place.sync()
    assert place.desk.store.editions.serial() > 0


def test_only_the_holder_of_the_key_can_sign() -> None:
    edition = Edition(templates=TEMPLATES)
    assert opened(signed(5, edition, CENTRE), CENTRE.public) == msgspec.convert(
        msgspec.to_builtins(edition), Edition
    )
    moved = msgspec.structs.replace(signed(5, edition, CENTRE), serial=6)
    with pytest.raises(EditionRefused, match=r"edition\.not-signed"):
        opened(moved, CENTRE.public)
