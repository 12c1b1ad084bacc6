# SPDX-License-Identifier: AGPL-3.0-or-later
"""The simulation finds bugs: each of those that were planted is caught within a few histories."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation import planted_files as _files  # noqa: F401 - fills the list
from tests.simulation.files import PICTURE
from tests.simulation.planted import BUGS
from tests.simulation.play import play, template
from tests.simulation.steps import Step, from_file
from tests.support.central import UNIT_B

_MOST_SEEDS = 40
"""From the one that caught it first; where the code has changed, another one soon does."""

CAUGHT_BY = {
    "the_verdict_is_remembered_in_another_transaction": 1,
    "a_repeated_command_is_judged_anew": 3,
    "the_centre_ignores_after": 1,
    "what_is_judged_is_logged": 1,
    "every_case_is_told_every_time": 1,
    "the_last_change_is_told_again": 1,
    "a_change_brings_the_whole_history": 1,
    "the_cursor_is_stored_before_the_page": 8,
    "what_left_stays_in_the_index": 3,
    "drafts_go_with_their_case": 14,
    "unknown_counts_as_not_sent": 1,
    "unknown_is_sent_under_a_new_id": 1,
    "the_overlay_ends_with_the_verdict": 2,
    "the_clock_of_the_device_is_believed": 2,
    "the_feed_is_not_veiled": 1,
    "the_outbox_is_emptied_on_401": 2,
    "a_page_that_is_full_counts_as_the_last": 16,
    "a_case_leaves_without_a_word": 5,
    "nobody_looks_for_newer_entries": 1,
    "a_draft_goes_before_its_act_is_stored": 8,
    "a_restored_centre_is_not_noticed": 3,
    "one_poisonous_command_fails_the_batch": 1,
    "what_was_being_sent_is_forgotten": 5,
    "a_poisonous_command_stops_the_first_load": 1,
    "a_fact_says_nothing_about_its_act": 7,
    "an_act_in_another_schema_is_another_act": 2,
}
"""Bug -> the first seed that catches it."""

KEPT = {
    "a_list_that_is_told_again_counts_as_nothing": "a-lost-list-of-pieces-is-asked-for-in-vain-21"
}
"""Bug -> the history, found by a soak, that catches it: too rare for a few seeds."""


def _sync(*places: int) -> list[Step]:
    return [Step("sync", {"at": at, "faults": [], "late": False}) for at in places]


def _note(at: int, pick: int) -> Step:
    return Step("act", {"at": at, "acts": [[pick, "note"]]})


def _listens(*news: str) -> Step:
    return Step("somebody_listens", {"at": 0, "pick": 0, "news": news, "ends": "ends"})


def _attached(size: int = 150_000, same: int = 1, *troubles: str) -> Step:
    """Let the laptop attach a file to its first case while this happens to calls about it."""
    how = {"size": size, "same": same, "troubles": [[trouble, 0] for trouble in troubles]}
    return Step("a_file_is_attached", {"at": 0, "pick": 0, "then": "kept", **how})


def _files_travel(*troubles: str) -> Step:
    return Step("files_travel", {"at": 0, "troubles": [[trouble, 0] for trouble in troubles]})


_ATTACHED = _attached()
_TOLD = _sync(0, 0, 1)
_OPENED = Step("a_file_is_opened", {"at": 1, "pick": 0, "troubles": []})


def _power_fails(writes: int) -> Step:
    return Step(
        "power_fails", {"at": 0, "during": "act", "writes": writes, "unsynced": 1, "faults": []}
    )


def _upgrade_dies(*writes: int) -> Step:
    how = {"at": 0, "writes": writes, "unsynced": 0, "how": "killed"}
    return Step("an_upgrade_is_killed", how)


STAGED = {
    "a_migration_is_many_transactions": [_upgrade_dies(*range(19, 31))],
    "the_work_file_does_not_wait_for_the_disk": [_power_fails(writes) for writes in range(6, 16)],
    "each_worker_keeps_a_stock_of_numbers": [
        *_sync(0),
        _note(0, 0),
        *_sync(0),
        _note(1, 1),
        *_sync(1),
        _note(0, 1),
        *_sync(0, 1),
    ],
    "a_change_is_announced_when_it_gets_its_number": [_listens("early")],
    "an_announcement_is_all_that_is_waited_for": [_listens("told", "lost")],
    "nobody_remembers_where_an_upload_goes_on": [_ATTACHED],
    "after_a_break_an_upload_begins_anew": [
        _attached(900_000, 1, *["none"] * 4, "lost"),
        _files_travel(),
    ],
    "whoever_knows_its_name_gets_a_content": [_ATTACHED],
    "a_content_is_not_checked_when_it_is_whole": [
        _ATTACHED,
        *_TOLD,
        Step("the_centre_loses_a_content", {"pick": 3, "how": "changed"}),
        _OPENED,
    ],
    "a_pin_is_let_go": [
        _ATTACHED,
        *_TOLD,
        _OPENED,
        Step("a_case_is_pinned", {"at": 1, "pick": 0, "pinned": True}),
        Step("files_make_room", {"at": 1, "budget": 0}),
    ],
    "a_digest_leaves_one_case_out": [*_TOLD],
    "a_piece_is_read_where_the_last_answer_left_it": [
        _attached(300_000, 1, "none", "unanswered"),
        Step("line_is_cut_for_a_while", {"at": 4, "request": 0}),
        _files_travel("none", "none", "lost"),
    ],
    "contents_are_sealed_with_an_older_key": [
        Step(
            "evidence_goes_by_stick",
            {"at": 0, "pick": 0, "size": 5_000, "same": 1, "out": 400_000, "back": 0}
            | {"fate": "whole", "to": "home"},
        )
    ],
    "a_budget_takes_unsent_files_too": [
        _attached(5_000, 1, "lost"),
        Step("files_make_room", {"at": 0, "budget": 0}),
    ],
    "small_pictures_are_for_everybody": [
        _attached(5_000, PICTURE),
        Step("the_centre_learns", {"pick": 0, "what": "secret"}),
    ],
    "a_secret_case_leaves_its_pictures": [
        _attached(5_000, PICTURE),
        *_sync(4),
        Step("a_file_is_opened", {"at": 4, "pick": 0, "troubles": []}),
        Step("the_centre_learns", {"pick": 0, "what": "secret"}),
    ],
    "files_of_refused_acts_are_sent": [
        Step("case_moves", {"pick": 0, "unit": int(UNIT_B)}),
        _attached(),
        Step("decide", {"at": 0, "choice": 0, "typing": 0}),
        _files_travel(),
    ],
    "a_gap_in_the_numbers_is_not_told": [
        Step("a_courier_goes_and_comes", {"at": 0, "pick": 0, "files": 3, "again": 0})
    ],
    "an_old_reply_is_followed": [
        Step("a_courier_goes_and_comes", {"at": 0, "pick": 0, "files": 1, "again": 0}),
        Step("the_centre_learns", {"pick": 0, "what": "reply"}),
        *_TOLD,
        Step("courier_file_comes_back", {"pick": 0, "at": 0, "right": True, "again": 0}),
    ],
}
"""Bug -> a history made for it: what it needs is rare, or costs much time by chance."""

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(autouse=True, scope="module")
def _sound_beginning() -> None:
    """Make what histories begin with while no bug is planted: no other may begin with it."""
    template()


def test_every_bug_has_a_seed() -> None:
    """No bug is planted that nobody looks for."""
    assert BUGS.keys() == CAUGHT_BY.keys() | KEPT.keys() | STAGED.keys()


@pytest.mark.parametrize(("name", "seed"), CAUGHT_BY.items(), ids=CAUGHT_BY)
def test_a_planted_bug_is_caught(name: str, seed: int) -> None:
    """An invariant breaks, or somebody exchanges for ever."""
    with BUGS[name]():
        reports = (play(number) for number in range(seed, seed + _MOST_SEEDS))
        found = next((report for report in reports if report.failure), None)
    assert found is not None
    assert found.failure.startswith(("Broken: invariant", "AssertionError"))


@pytest.mark.parametrize(("name", "history"), KEPT.items(), ids=KEPT)
def test_a_rare_bug_is_caught_by_the_history_that_was_kept(name: str, history: str) -> None:
    """It breaks an invariant in a history that is well without it."""
    steps = Path(__file__).parent / "regressions" / f"{history}.steps"
    seed = int(history.rpartition("-")[2])
    assert not play(seed, from_file(steps)).failure
    with BUGS[name]():
        assert play(seed, from_file(steps)).failure.startswith("Broken: invariant")


@pytest.mark.parametrize(("name", "steps"), STAGED.items(), ids=STAGED)
def test_a_bug_is_caught_by_a_history_made_for_it(name: str, steps: list[Step]) -> None:
    """It breaks an invariant in a few steps that are well without it."""
    with BUGS[name]():
        found = play(1, steps).failure
    assert found.startswith(("Broken: invariant", "AssertionError"))


def test_histories_that_were_made_for_bugs_are_well_without_them() -> None:
    """So it is the bug that is caught."""
    assert not play(1, [step for steps in STAGED.values() for step in steps]).failure
