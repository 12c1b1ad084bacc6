# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer does with the window by keyboard, and what must be seen after each of it."""

from __future__ import annotations

import re
from typing import Final

from desktop.demo import eyes
from desktop.demo.hands import Hands

LIST: Final = "case-list.table"
PLACES: Final = "navigation.places"
ACTS: Final = "outbox.acts"
NOT_FOLLOWED_UP: Final = "Belum ditindaklanjuti"
DONE: Final = "Selesai"
_KEYS: Final = {NOT_FOLLOWED_UP: "Ctrl+1", DONE: "Ctrl+6"}
DECISIONS: Final = "Ctrl+0"
_NOT_ACCEPTED: Final = ("tersimpan di komputer ini", "mengirim", "jawaban belum diketahui")


class OfficerAtWork:
    """The keyboard habits of an officer. Texts are those of the window, in Bahasa Indonesia."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    def give_account(self, username: str, password: str) -> None:
        """Say who this is; the centre's address is filled in already."""
        self._fill("sign-in.username", username)
        self._fill("sign-in.password", password)
        self._hands.press("Return")
        self.wait_for_part("sign-in.passphrase")

    def lock(self, passphrase: str) -> None:
        """Choose what locks the files on this computer."""
        self._fill("sign-in.passphrase", passphrase)
        self._fill("sign-in.passphrase-again", passphrase)
        self._hands.press("Return")
        self._hands.wait(lambda: not eyes.is_there("sign-in"), "the entrance to close")

    def unlock(self, passphrase: str) -> None:
        """Open the files that an earlier day has left on this computer."""
        self.wait_for_part("sign-in.passphrase")
        self._fill("sign-in.passphrase", passphrase)
        self._hands.press("Return")
        self._hands.wait(lambda: not eyes.is_there("sign-in"), "the entrance to close")

    def sign_in_again(self, password: str) -> None:
        """Answer the centre's wish for the password, from the banner that tells it."""
        self.wait_for_part("step.sign-in")
        self._tab_to("step.sign-in")
        self._hands.press("Space")
        self.wait_for_part("sign-in.password")
        self._fill("sign-in.password", password)
        self._hands.press("Return")
        self._hands.wait(lambda: not eyes.is_there("sign-in"), "the question to close")

    def go(self, place: str) -> None:
        """Open a place of the left pane that lists complaints; there have to be some."""
        self._hands.press(_KEYS[place])
        self._hands.wait(lambda: eyes.current(PLACES).startswith(place), place)
        self._hands.wait(lambda: eyes.keyboard_is_in(LIST), "the keyboard in the list")
        self._hands.wait(_lists_everything, f"the complaints of {place}")

    def run(self, command: str) -> None:
        """Find a command by name and run it."""
        self._hands.press("Ctrl+K")
        self._hands.wait(lambda: eyes.keyboard_is_in("palette"), "the palette")
        self._hands.type(command)
        self._hands.wait(lambda: self._first_hit().startswith(command), f"{command} on top")
        self._hands.press("Return")
        self._hands.wait(lambda: not eyes.seen("palette"), "the palette to close")

    def open(self, tracking_id: str) -> None:
        """Open a complaint by its number."""
        self._hands.press("Ctrl+K")
        self._hands.wait(lambda: eyes.keyboard_is_in("palette"), "the palette")
        self._hands.type(tracking_id)
        self._hands.wait(lambda: tracking_id in self._first_hit(), f"{tracking_id} on top")
        self._hands.press("Return")
        self._hands.wait(lambda: eyes.sees(tracking_id, "case.received"), f"case {tracking_id}")

    def respond(self, words: str) -> None:
        """Answer the reporter."""
        self._begin("R", "Kirim tanggapan", words)
        self._send(words)

    def note(self, words: str) -> None:
        """Leave a note for colleagues."""
        self._begin("N", "Simpan catatan internal", words)
        self._send(words)

    def follow_up(self, words: str, next_step: str) -> None:
        """Record what was done, and what comes next by today."""
        self._begin("T", "Simpan tindak lanjut", words)
        self._tab_to("composer.next-step")
        self._hands.type(next_step)
        self._tab_to("composer.has-next-step-on")
        self._hands.press("Space")
        self._send(words)

    def close(self, words: str) -> None:
        """Close the complaint with a last word."""
        self.run("Tutup laporan")
        self._write(words)
        self._send(words)

    def reopen(self, words: str) -> None:
        """Work on a closed complaint again."""
        self.run("Buka kembali laporan")
        self._write(words)
        self._send(words)

    def assign_to(self, name: str) -> None:
        """Put a colleague in charge."""
        self._hands.press("A")
        self._hands.wait(lambda: eyes.keyboard_is_in("assign"), "the list of colleagues")
        self._hands.type(name)
        self._hands.wait(lambda: any(name in row for row in eyes.rows("assign.people")), name)
        self._hands.press("Return")
        self.wait_for(f"menugaskan ke {name}", "case.history")

    def search(self, words: str) -> list[str]:
        """Search everything held here; return what was found."""
        self._hands.press("Ctrl+F")
        self._hands.wait(lambda: eyes.keyboard_is_in("search"), "the search field")
        self._hands.type(words)
        self._hands.press("Return")
        self._hands.wait(lambda: eyes.sees("ditemukan", "case-list.heading"), "what was found")
        self._hands.wait(lambda: is_shown(LIST), "the rows of what was found")
        return eyes.rows(LIST)

    def wait_for(self, text: str, part: str = "") -> None:
        """Wait until a text can be seen."""
        self._hands.wait(lambda: eyes.sees(text, part), f"{text!r} in {part or 'the window'}")

    def wait_until_gone(self, text: str, part: str = "") -> None:
        """Wait until a text cannot be seen any more."""
        self._hands.wait(
            lambda: not eyes.sees(text, part), f"no {text!r} in {part or 'the window'}"
        )

    def wait_for_part(self, part: str) -> None:
        """Wait until a part of the window is there."""
        self._hands.wait(lambda: eyes.is_there(part), part)

    def wait_until_accepted(self) -> None:
        """Wait until nothing in the open history is waiting to be sent any more."""
        for state in _NOT_ACCEPTED:
            self._hands.wait(lambda: not eyes.sees(state, "case.history"), f"no {state}")  # noqa: B023

    def wait_for_count(self, place: str, count: int) -> None:
        """Wait until a place of the left pane counts so many complaints."""
        wanted = f"{place}: {count:,} laporan".replace(",", ".")
        self._hands.wait(lambda: wanted in eyes.rows(PLACES), wanted)

    def _begin(self, key: str, verb: str, words: str) -> None:
        self._hands.press(key)
        self._hands.wait(lambda: eyes.sees(verb, "composer.send"), verb)
        self._write(words)

    def _write(self, words: str) -> None:
        self._hands.wait(lambda: eyes.keyboard_is_in("composer.words"), "the cursor in the words")
        self._hands.type(words)

    def _send(self, words: str) -> None:
        self._hands.press("Ctrl+Return")
        self._hands.wait(lambda: eyes.sees(words, "case.history"), "the words in the history")
        self._hands.wait(lambda: not eyes.sees(words, "composer.words"), "an empty composer")

    def _fill(self, field: str, words: str) -> None:
        self._tab_to(field)
        self._hands.type(words)

    def _tab_to(self, part: str) -> None:
        for _ in range(20):
            if eyes.keyboard_is_in(part):
                return
            self._hands.press("Tab")
        self._hands.wait(lambda: eyes.keyboard_is_in(part), f"the keyboard in {part}")

    @staticmethod
    def _first_hit() -> str:
        return next(iter(eyes.rows("palette.hits")), "")


def _lists_everything() -> bool:
    """Return whether the list has as many complaints as the place says, and shows them."""
    count = eyes.current(PLACES).partition(": ")[2]
    return eyes.sees(count, "case-list.heading") and is_shown(LIST)


def is_at_rest() -> bool:
    """Return whether the list is all there and says the same as the left pane.

    They are counted one after the other, and rows come after that.
    """
    if not eyes.is_there(LIST):
        return True
    place = eyes.current(PLACES)
    headings = eyes.seen("case-list.heading")
    agree = all(heading in place or "ditemukan" in heading for heading in headings)
    return agree and is_shown(LIST)


def is_shown(part: str) -> bool:
    """Return whether every visible row of a list of complaints has come from the disk."""
    shown = eyes.rows(part)
    return bool(shown) and len(numbers(shown)) == len(shown)


def numbers(rows: list[str]) -> list[str]:
    """Return the tracking IDs in the rows of a list."""
    return [number for row in rows for number in re.findall(r"#(\d+)", row)[:1]]
