# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every command of the window, declared once. Menus, tool bar, palette and help are views of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.commands.ids import WindowCommand
from desktop.theme.icons import IconName
from desktop.viewmodels.case_actions import SEEN
from desktop.viewmodels.navigation import Place
from sync.i18n import gettext as _
from sync.i18n import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What decides which commands make sense now.

    Attributes:
        allowed: kinds of commands (`sync.cases.commands.COMMAND_KINDS`) the open case allows.
        can_send: the composer has something that may be sent.
        lists_cases: the open place lists cases.
    """

    has_case: bool = False
    allowed: frozenset[str] = frozenset()
    can_send: bool = False
    lists_cases: bool = True


class Menu(StrEnum):
    """Where a command is found with the mouse."""

    FILE = "file"
    CASE = "case"
    VIEW = "view"
    SYNC = "sync"
    HELP = "help"
    GO = "go"
    SORT = "sort"
    THEME = "theme"
    LANGUAGE = "language"


MENU_TITLES: Final = {
    Menu.FILE: mark("&File"),
    Menu.CASE: mark("&Complaint"),
    Menu.VIEW: mark("&View"),
    Menu.SYNC: mark("&Synchronisation"),
    Menu.HELP: mark("&Help"),
    Menu.GO: mark("Go to"),
    Menu.SORT: mark("Sort"),
    Menu.THEME: mark("Theme"),
    Menu.LANGUAGE: mark("Language"),
}
MENU_BAR: Final = (Menu.FILE, Menu.CASE, Menu.VIEW, Menu.SYNC, Menu.HELP)
SUBMENUS: Final = {
    Menu.GO: Menu.VIEW,
    Menu.SORT: Menu.VIEW,
    Menu.THEME: Menu.VIEW,
    Menu.LANGUAGE: Menu.VIEW,
}
"""Menu -> the one it hangs in."""


def always(_context: Context) -> bool:
    """Let a command make sense at all times."""
    return True


def _has_case(context: Context) -> bool:
    return context.has_case


def _can_send(context: Context) -> bool:
    return context.can_send


def _lists_cases(context: Context) -> bool:
    return context.lists_cases


def _allows(kind: str) -> Callable[[Context], bool]:
    return lambda context: context.has_case and kind in context.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One command.

    Attributes:
        text: what menus and palette call it; marked for translation, with its mnemonic.
        help_line: what it does, for the shortcut help.
        shortcuts: portable names; the first one is shown.
        group: commands of a group are alternatives, of which one is checked.
        begins_section: a separator stands before it in its menu.
    """

    id: WindowCommand
    text: str
    help_line: str
    menu: Menu
    icon: IconName | None = None
    shortcuts: tuple[str, ...] = ()
    group: str = ""
    begins_section: bool = False
    enabled: Callable[[Context], bool] = always

    @property
    def label(self) -> str:
        """The translated text with its mnemonic."""
        return _(self.text)

    @property
    def plain_label(self) -> str:
        """The translated text as it is read."""
        return self.label.replace("&", "")

    @property
    def help_text(self) -> str:
        """The translated help line."""
        return _(self.help_line)


_C = WindowCommand

GO_PLACES: Final = {
    _C.GO_NOT_STARTED: Place.NOT_STARTED,
    _C.GO_DUE_SOON: Place.DUE_SOON,
    _C.GO_OVERDUE: Place.OVERDUE,
    _C.GO_IN_PROGRESS: Place.IN_PROGRESS,
    _C.GO_AWAITING_REPORTER: Place.AWAITING_REPORTER,
    _C.GO_DONE: Place.DONE,
    _C.GO_ALL: Place.ALL,
    _C.GO_MINE: Place.MINE,
    _C.GO_DRAFTS: Place.DRAFTS,
    _C.GO_OUTBOX: Place.OUTBOX,
    _C.GO_DECISIONS: Place.DECISIONS,
    _C.GO_FLAGGED: Place.FLAGGED,
    _C.GO_LEFT: Place.LEFT,
    _C.GO_HISTORY: Place.HISTORY,
}
"""Command -> the place it opens."""

WORK_KINDS: Final = {
    _C.RESPOND: "respond",
    _C.FOLLOW_UP: "follow_up",
    _C.NOTE: "note",
    _C.ASSIGN: "assign",
    _C.CLOSE: "close",
    _C.REOPEN: "reopen",
    _C.SEEN: SEEN,
}
"""Command -> the kind of act it begins."""

_FILE: Final = (
    Spec(
        id=_C.PALETTE,
        text=mark("&Find command or complaint…"),
        help_line=mark("Find any command by name, or a complaint by number or words"),
        menu=Menu.FILE,
        icon=IconName.SEARCH,
        shortcuts=("Ctrl+K",),
    ),
    Spec(
        id=_C.SWITCH,
        text=mark("S&witch officer…"),
        help_line=mark("Let a colleague work here; your own work stays, locked, on this computer"),
        menu=Menu.FILE,
        begins_section=True,
    ),
    Spec(
        id=_C.QUIT,
        text=mark("&Quit"),
        help_line=mark("Close Tanggap; unsent work stays on this computer"),
        menu=Menu.FILE,
        shortcuts=("Ctrl+Q",),
    ),
)

_CASE: Final = (
    Spec(
        id=_C.RESPOND,
        text=mark("&Respond to the reporter"),
        help_line=mark("Write a response that the reporter reads"),
        menu=Menu.CASE,
        icon=IconName.RESPOND,
        shortcuts=("R",),
        enabled=_allows("respond"),
    ),
    Spec(
        id=_C.FOLLOW_UP,
        text=mark("Record a &follow-up"),
        help_line=mark("Record what was done, with the next step"),
        menu=Menu.CASE,
        icon=IconName.FOLLOW_UP,
        shortcuts=("T",),
        enabled=_allows("follow_up"),
    ),
    Spec(
        id=_C.NOTE,
        text=mark("Write an internal &note"),
        help_line=mark("Leave a note that only colleagues read"),
        menu=Menu.CASE,
        icon=IconName.NOTE,
        shortcuts=("N",),
        enabled=_allows("note"),
    ),
    Spec(
        id=_C.ASSIGN,
        text=mark("&Assign…"),
        help_line=mark("Put a colleague or yourself in charge"),
        menu=Menu.CASE,
        icon=IconName.ASSIGN,
        shortcuts=("A",),
        enabled=_allows("assign"),
    ),
    Spec(
        id=_C.SEND,
        text=mark("&Send what is written"),
        help_line=mark("Send the words of the composer"),
        menu=Menu.CASE,
        icon=IconName.SENDING,
        shortcuts=("Ctrl+Return", "Ctrl+Enter"),
        enabled=_can_send,
    ),
    Spec(
        id=_C.CLOSE,
        text=mark("&Close the complaint…"),
        help_line=mark("Close it with a last word to the reporter"),
        menu=Menu.CASE,
        icon=IconName.CLOSE_CASE,
        begins_section=True,
        enabled=_allows("close"),
    ),
    Spec(
        id=_C.REOPEN,
        text=mark("Re&open the complaint…"),
        help_line=mark("Work on a closed complaint again, and say why"),
        menu=Menu.CASE,
        icon=IconName.REOPEN,
        enabled=_allows("reopen"),
    ),
    Spec(
        id=_C.SEEN,
        text=mark("Mar&k as seen"),
        help_line=mark("Say that you have looked at what the centre flagged"),
        menu=Menu.CASE,
        icon=IconName.CHECK,
        enabled=_allows(SEEN),
    ),
    Spec(
        id=_C.EXPLAIN,
        text=mark("&Why this date?"),
        help_line=mark("Show how the deadlines were counted"),
        menu=Menu.CASE,
        icon=IconName.CALENDAR,
        shortcuts=("D",),
        begins_section=True,
        enabled=_has_case,
    ),
    Spec(
        id=_C.COPY_NUMBER,
        text=mark("Copy the n&umber"),
        help_line=mark("Copy the complaint's number to the clipboard"),
        menu=Menu.CASE,
        icon=IconName.COPY,
        shortcuts=("Ctrl+Shift+C",),
        enabled=_has_case,
    ),
    Spec(
        id=_C.TEMPLATE,
        text=mark("Insert a temp&late…"),
        help_line=mark("Put words of the centre where the cursor is"),
        menu=Menu.CASE,
        icon=IconName.TEMPLATE,
        shortcuts=("Ctrl+T",),
        enabled=_has_case,
    ),
    Spec(
        id=_C.PIN,
        text=mark("Keep for o&ffline"),
        help_line=mark("Keep the files of this complaint on this computer, or let them go"),
        menu=Menu.CASE,
        icon=IconName.ATTACHMENT,
        shortcuts=("P",),
        enabled=_has_case,
    ),
    Spec(
        id=_C.NEXT,
        text=mark("Ne&xt complaint"),
        help_line=mark("Open the next complaint of the list"),
        menu=Menu.CASE,
        shortcuts=("J",),
        begins_section=True,
        enabled=_lists_cases,
    ),
    Spec(
        id=_C.PREVIOUS,
        text=mark("&Previous complaint"),
        help_line=mark("Open the complaint before it in the list"),
        menu=Menu.CASE,
        shortcuts=("K",),
        enabled=_lists_cases,
    ),
)

_VIEW: Final = (
    Spec(
        id=_C.SEARCH,
        text=mark("&Search"),
        help_line=mark("Search all complaints on this computer"),
        menu=Menu.VIEW,
        icon=IconName.SEARCH,
        shortcuts=("Ctrl+F", "/"),
    ),
    Spec(
        id=_C.FILTER,
        text=mark("&Filter…"),
        help_line=mark("Show fewer complaints of this queue"),
        menu=Menu.VIEW,
        icon=IconName.FILTER,
        shortcuts=("Ctrl+Shift+F",),
        enabled=_lists_cases,
    ),
    Spec(
        id=_C.NEXT_PANE,
        text=mark("&Next pane"),
        help_line=mark("Move the keyboard to the next pane"),
        menu=Menu.VIEW,
        shortcuts=("F6",),
        begins_section=True,
    ),
    Spec(
        id=_C.PREVIOUS_PANE,
        text=mark("&Previous pane"),
        help_line=mark("Move the keyboard to the pane before"),
        menu=Menu.VIEW,
        shortcuts=("Shift+F6",),
    ),
    Spec(
        id=_C.BACK,
        text=mark("&Back"),
        help_line=mark("One step out: from the words to the complaint, the list, the queues"),
        menu=Menu.VIEW,
        icon=IconName.BACK,
        shortcuts=("Alt+Left",),
    ),
)

_SYNC: Final = (
    Spec(
        id=_C.SYNC_NOW,
        text=mark("Synchronise &now"),
        help_line=mark("Contact the centre at once"),
        menu=Menu.SYNC,
        icon=IconName.SYNC,
        shortcuts=("F5",),
    ),
    Spec(
        id=_C.SYNC_DETAILS,
        text=mark("&Details of synchronisation"),
        help_line=mark("Show what goes on with the centre, what it costs, and spare the line"),
        menu=Menu.SYNC,
        icon=IconName.INFO,
        shortcuts=("Shift+F5",),
    ),
    Spec(
        id=_C.COURIER_EXPORT,
        text=mark("E&xport to USB…"),
        help_line=mark("Write what the centre has not answered into a sealed file"),
        menu=Menu.SYNC,
        icon=IconName.EXPORT,
        begins_section=True,
    ),
    Spec(
        id=_C.COURIER_TAKE,
        text=mark("&Take in a courier file…"),
        help_line=mark("Take in the centre's reply, or carry a colleague's file to the centre"),
        menu=Menu.SYNC,
        icon=IconName.INBOX,
    ),
    Spec(
        id=_C.PROXY,
        text=mark("&Proxy of the office…"),
        help_line=mark("Choose the way out of the office, and sign in to its proxy"),
        menu=Menu.SYNC,
        icon=IconName.LOCK,
        begins_section=True,
    ),
)

_HELP: Final = (
    Spec(
        id=_C.SHORTCUTS,
        text=mark("&Keyboard shortcuts"),
        help_line=mark("Show this list"),
        menu=Menu.HELP,
        icon=IconName.KEYBOARD,
        shortcuts=("F1", "?"),
    ),
    Spec(
        id=_C.ABOUT,
        text=mark("&About Tanggap"),
        help_line=mark("Show version, server and local folder, to copy for support"),
        menu=Menu.HELP,
        icon=IconName.INFO,
        begins_section=True,
    ),
)


def _alternatives(menu: Menu, group: str, *rows: tuple[WindowCommand, str, str]) -> list[Spec]:
    return [
        Spec(id=command, text=text, help_line=help_line, menu=menu, group=group)
        for command, text, help_line in rows
    ]


def _go(command: WindowCommand, text: str, icon: IconName | None = None, key: str = "") -> Spec:
    return Spec(
        id=command,
        text=text,
        help_line=mark("Open this place of the left pane"),
        menu=Menu.GO,
        icon=icon,
        shortcuts=(f"Ctrl+{key}",) if key else (),
    )


_GO: Final = (
    _go(_C.GO_NOT_STARTED, mark("Not followed up"), IconName.INBOX, "1"),
    _go(_C.GO_DUE_SOON, mark("Due within 2 days"), IconName.DUE_SOON, "2"),
    _go(_C.GO_OVERDUE, mark("Overdue"), IconName.OVERDUE, "3"),
    _go(_C.GO_IN_PROGRESS, mark("In progress"), IconName.FOLLOW_UP, "4"),
    _go(_C.GO_AWAITING_REPORTER, mark("Awaiting the reporter"), IconName.WAITING, "5"),
    _go(_C.GO_DONE, mark("Done"), IconName.CHECK, "6"),
    _go(_C.GO_ALL, mark("All complaints"), IconName.ARCHIVE, "7"),
    _go(_C.GO_MINE, mark("Assigned to me"), IconName.USER, "8"),
    _go(_C.GO_DRAFTS, mark("Drafts"), IconName.DRAFT, "9"),
    _go(_C.GO_OUTBOX, mark("Outbox"), IconName.OUTBOX, "O"),
    _go(_C.GO_DECISIONS, mark("Needs decision"), IconName.DECISION, "0"),
    _go(_C.GO_FLAGGED, mark("Flagged, to look at"), IconName.WARNING),
    _go(_C.GO_LEFT, mark("Left behind"), IconName.ARCHIVE, "L"),
    _go(_C.GO_HISTORY, mark("Delivered from here"), IconName.CHECK, "H"),
)

_SORT: Final = _alternatives(
    Menu.SORT,
    "sort",
    (_C.SORT_DUE, mark("Nearest deadline"), mark("Sort by deadline")),
    (_C.SORT_NEWEST, mark("Newest first"), mark("Sort by age, newest first")),
    (_C.SORT_OLDEST, mark("Oldest first"), mark("Sort by age, oldest first")),
)

_THEME: Final = _alternatives(
    Menu.THEME,
    "theme",
    (_C.THEME_SYSTEM, mark("As the system"), mark("Light or dark, as the system says")),
    (_C.THEME_LIGHT, mark("Light"), mark("Use light colours")),
    (_C.THEME_DARK, mark("Dark"), mark("Use dark colours")),
)

_LANGUAGE: Final = _alternatives(
    Menu.LANGUAGE,
    "language",
    (_C.LANGUAGE_ID, mark("Bahasa Indonesia"), mark("Use Bahasa Indonesia")),
    (_C.LANGUAGE_EN, mark("English"), mark("Use English")),
)

SPECS: Final[tuple[Spec, ...]] = (
    *_FILE,
    *_CASE,
    *_VIEW,
    *_GO,
    *_SORT,
    *_THEME,
    *_LANGUAGE,
    *_SYNC,
    *_HELP,
)
"""All commands; the order within a menu is the order here."""


def spec_of(command: WindowCommand) -> Spec:
    """Return what is declared about a command."""
    return next(spec for spec in SPECS if spec.id is command)
