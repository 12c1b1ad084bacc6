# SPDX-License-Identifier: AGPL-3.0-or-later
"""The names of all commands of the window. What each is stands in `desktop.commands.specs`."""

from __future__ import annotations

from enum import StrEnum


class WindowCommand(StrEnum):
    """Something the officer can tell the window to do."""

    PALETTE = "palette.open"
    SWITCH = "file.switch"
    QUIT = "file.quit"

    SEND = "composer.send"
    RESPOND = "case.respond"
    FOLLOW_UP = "case.follow-up"
    NOTE = "case.note"
    ASSIGN = "case.assign"
    CLOSE = "case.close"
    REOPEN = "case.reopen"
    SEEN = "case.seen"
    EXPLAIN = "case.explain-deadline"
    COPY_NUMBER = "case.copy-number"
    TEMPLATE = "case.template"
    PIN = "case.pin"
    NEXT = "list.next"
    PREVIOUS = "list.previous"

    SEARCH = "list.search"
    FILTER = "list.filter"
    SORT_DUE = "list.sort-due"
    SORT_NEWEST = "list.sort-newest"
    SORT_OLDEST = "list.sort-oldest"
    GO_NOT_STARTED = "go.not-started"
    GO_DUE_SOON = "go.due-soon"
    GO_OVERDUE = "go.overdue"
    GO_IN_PROGRESS = "go.in-progress"
    GO_AWAITING_REPORTER = "go.awaiting-reporter"
    GO_DONE = "go.done"
    GO_ALL = "go.all"
    GO_MINE = "go.mine"
    GO_DRAFTS = "go.drafts"
    GO_OUTBOX = "go.outbox"
    GO_DECISIONS = "go.decisions"
    GO_FLAGGED = "go.flagged"
    GO_LEFT = "go.left"
    GO_HISTORY = "go.history"
    NEXT_PANE = "view.next-pane"
    PREVIOUS_PANE = "view.previous-pane"
    BACK = "view.back"
    THEME_SYSTEM = "view.theme-system"
    THEME_LIGHT = "view.theme-light"
    THEME_DARK = "view.theme-dark"
    LANGUAGE_ID = "view.language-id"
    LANGUAGE_EN = "view.language-en"

    SYNC_NOW = "sync.now"
    COURIER_EXPORT = "courier.export"
    COURIER_TAKE = "courier.take"
    SYNC_DETAILS = "sync.details"
    PROXY = "sync.proxy"

    SHORTCUTS = "help.shortcuts"
    ABOUT = "help.about"
