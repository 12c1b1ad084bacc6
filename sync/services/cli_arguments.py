# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line's grammar and help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sync.cases.commands import COMMAND_KINDS
from sync.cases.filters import Queue, Sort
from sync.cases.policy import Choice
from sync.command_line import Parser
from sync.engine.budget import LineMode
from sync.i18n import DEFAULT_LANGUAGE, LANGUAGES, mark
from sync.i18n import gettext as _

E = TypeVar("E", bound=StrEnum)

_EPILOG = mark(
    """\
exit codes:
  0  done                            5  sign in first, or wrong password
  2  wrong command                   6  the local files cannot be used
  3  refused by the rules            7  not found
  4  not (all of it) connected       8  synchronised, but something needs a decision

environment:
  TANGGAP_LANG        language: id or en (also LANG)
  TANGGAP_PASSWORD    password of the centre (without it: stdin, or typed)
  TANGGAP_PASSPHRASE  passphrase of the local files, where the computer has no keyring
  TANGGAP_HOME        data folder
  TANGGAP_PLAIN_HTTP  1: allow http:// to other computers (closed test networks only)
"""
)


def language_of(argv: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language to speak, before anything is parsed: help is in it too.

    What was asked for counts, then ``TANGGAP_LANG``, then an English locale.
    """
    asked, _rest = _language_option().parse_known_args(argv)
    locale = environment.get("LC_ALL") or environment.get("LANG") or ""
    for wanted in (asked.lang, environment.get("TANGGAP_LANG"), locale):
        code = (wanted or "")[:2].lower()
        if code in LANGUAGES:
            return code
    return DEFAULT_LANGUAGE


def _language_option() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    found.add_argument("--lang", nargs="?")
    return found


def parser() -> argparse.ArgumentParser:
    """Return the grammar of ``tanggap``."""
    root = Parser(
        prog="tanggap",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_(
            "Tanggap: the queue of complaints of SP4N-LAPOR! on this computer, without a window."
        ),
        epilog=_(_EPILOG),
    )
    root.add_argument("--json", action="store_true", help=_("output for machines (JSON)"))
    root.add_argument("--profile", metavar=_("NAME"), help=_("user name or id of a profile"))
    root.add_argument("--data", metavar="FOLDER", type=Path, help=_("data folder"))
    root.add_argument("--lang", choices=[*LANGUAGES], help=_("language: id or en"))
    verbs = root.add_subparsers(
        dest="verb", metavar=_("COMMAND"), title=_("commands"), required=True
    )
    _add_session(verbs)
    _add_reading(verbs)
    _add_acting(verbs)
    _add_files(verbs)
    _add_outbox(verbs)
    _add_left_work(verbs)
    _add_courier(verbs)
    return root


def _add_courier(verbs: Any) -> None:  # noqa: ANN401
    courier = verbs.add_parser("courier", help=_("exchange with the centre by files (USB)"))
    actions = courier.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    export = actions.add_parser(
        "export", help=_("write what is not answered yet into a file for the centre")
    )
    export.add_argument("folder", metavar="FOLDER", type=Path)
    export.add_argument(
        "--files-mb",
        type=_whole,
        metavar="MB",
        help=_("attachments that go along, at most; default: all"),
    )
    export.add_argument(
        "--reply-mb",
        type=_whole,
        default=100,
        metavar="MB",
        help=_("attachments that the reply may bring (default: %(default)s)"),
    )
    take = actions.add_parser(
        "import",
        help=_("take a reply in; a colleague's file for the centre is carried by the network"),
    )
    take.add_argument("file", metavar=_("FILE"), type=Path)
    actions.add_parser("status", help=_("the last files, and what waits for a reply"))
    actions.add_parser("trust", help=_("accept the centre's new key, after comparing it"))
    rescue = verbs.add_parser("rescue", help=_("sealed copies of work that is not sent yet"))
    actions = rescue.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    actions.add_parser("list", help=_("the copies on this computer"))
    actions.add_parser("restore", help=_("put back what is lost from the sealed copy"))
    export = actions.add_parser(
        "export", help=_("copy it to be brought to the centre, without any key")
    )
    export.add_argument("folder", metavar="FOLDER", type=Path)


def _add_session(verbs: Any) -> None:  # noqa: ANN401 - argparse does not name the type
    sign_in = verbs.add_parser(
        "sign-in", help=_("sign in at the centre (also when it asks for that again)")
    )
    sign_in.add_argument(
        "server", metavar=_("ADDRESS"), help=_("for instance https://tanggap.example.go.id")
    )
    sign_in.add_argument("username", metavar=_("USER"))
    proxy = verbs.add_parser("proxy", help=_("the proxy of your office, and who you are to it"))
    proxy.add_argument("address", metavar=_("ADDRESS"), nargs="?", default="",
                       help=_("for instance proxy.kantor:8080"))  # fmt: skip
    proxy.add_argument("username", metavar=_("USER"), nargs="?", default="",
                       help=_("without it: forget"))  # fmt: skip
    proxy.add_argument("--use", metavar=_("ADDRESS"),
                       help=_("go this way: auto as the system says, none without a proxy, or an"
                              " address"))  # fmt: skip
    sync = verbs.add_parser(
        "sync", help=_("exchange with the centre until everything is delivered")
    )
    sync.add_argument("--watch", action="store_true", help=_("keep running"))
    sync.add_argument(
        "--mode",
        choices=["auto", *(mode.value for mode in LineMode)],
        help=_(
            "how to use the line, remembered: auto as the measured line allows, full, lean sparing,"
            " text text only, off only when asked"
        ),
    )
    verbs.add_parser("status", help=_("how connection and delivery truly stand"))
    verbs.add_parser(
        "rules", help=_("the rules of deadlines, calendar and templates that count here")
    )
    export = verbs.add_parser("export", help=_("the whole state on this computer as JSON"))
    export.add_argument(
        "--with-reporter", action="store_true", help=_("with the names of reporters")
    )


def _add_reading(verbs: Any) -> None:  # noqa: ANN401
    queue = verbs.add_parser("queue", help=_("what is in a queue"))
    queue.add_argument(
        "queue", metavar=_("QUEUE"), nargs="?", type=_one_of(Queue), default=Queue.ALL,
        help=_names(Queue),
    )  # fmt: skip
    queue.add_argument("--sort", metavar=_("ORDER"), type=_one_of(Sort), default=Sort.DUE,
                       help=_names(Sort))  # fmt: skip
    search = verbs.add_parser("search", help=_("look for words in complaints and their history"))
    search.add_argument("text", metavar=_("WORD"), nargs="+")
    for each in (queue, search):
        each.add_argument("--limit", metavar="N", type=_count, default=50, help=_("lines at most"))
    _add_case(verbs.add_parser("show", help=_("one complaint with its history and deadlines")))


def _add_acting(verbs: Any) -> None:  # noqa: ANN401
    for name, text in (
        ("respond", _("respond to the reporter")),
        ("note", _("an internal note for colleagues")),
        ("close", _("close the complaint with last words to the reporter")),
        ("reopen", _("reopen the complaint, with the reason")),
    ):
        _add_words(_add_case(verbs.add_parser(name, help=text)))
    follow_up = verbs.add_parser("follow-up", help=_("record a follow-up"))
    _add_words(_add_case(follow_up))
    follow_up.add_argument(
        "--done-on", metavar=_("DATE"), type=_date, help=_("YYYY-MM-DD; default: today")
    )
    follow_up.add_argument("--next-step", metavar=_("TEXT"), default="", help=_("the next step"))
    follow_up.add_argument("--next-step-on", metavar=_("DATE"), type=_date)
    follow_up.add_argument(
        "--attach",
        metavar=_("FILE"),
        type=Path,
        action="append",
        default=[],
        help=_("evidence; may be repeated"),
    )
    follow_up.add_argument("--shrink", action="store_true", help=_("make large photos smaller"))
    assign = verbs.add_parser("assign", help=_("assign the complaint"))
    _add_case(assign)
    assign.add_argument(
        "officer", metavar=_("OFFICER"), help=_('name, id, "saya" (yourself), or "-" (nobody)')
    )


def _add_files(verbs: Any) -> None:  # noqa: ANN401
    file = verbs.add_parser(
        "file", help=_("files of a complaint: where they are, fetch, save, keep")
    )
    actions = file.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    _add_case(
        actions.add_parser(
            "list", help=_("the files of one complaint, and where their contents are")
        )
    )
    fetch = actions.add_parser("fetch", help=_("fetch contents now; without HASH: all"))
    retry = actions.add_parser("retry", help=_("try again what was not sent or fetched"))
    for each in (fetch, retry):
        _add_case(each).add_argument(
            "file", nargs="?", default="", metavar="HASH", help=_("beginning of the file's hash")
        )
    save = _add_case(actions.add_parser("save", help=_("save the content somewhere else")))
    save.add_argument("file", metavar="HASH", help=_("beginning of the file's hash, as in list"))
    save.add_argument("target", metavar=_("TO"), type=Path, help=_("name of the new file"))
    _add_case(
        actions.add_parser("pin", help=_("keep the files of this complaint for offline work"))
    )
    _add_case(
        actions.add_parser(
            "unpin", help=_("keep them no longer; they may be removed when room is needed")
        )
    )
    space = actions.add_parser("space", help=_("the room that files take on this computer"))
    space.add_argument("--limit", metavar="MB", type=_whole, help=_("at most so much, remembered"))
    space.add_argument(
        "--free", action="store_true", help=_("remove what can be fetched again and is not kept")
    )


def _add_outbox(verbs: Any) -> None:  # noqa: ANN401
    outbox = verbs.add_parser("outbox", help=_("your acts and how far each has come"))
    outbox.add_argument(
        "--decisions", action="store_true", help=_("only those that need a decision")
    )
    withdraw = verbs.add_parser("withdraw", help=_("take back an act that is not sent yet"))
    decide = verbs.add_parser(
        "decide", help=_("decide about an act that the centre did not accept")
    )
    for each in (withdraw, decide):
        each.add_argument(
            "command", metavar=_("ACTION"), help=_("beginning of the id, as in outbox")
        )
    decide.add_argument("choice", metavar=_("CHOICE"), type=_one_of(Choice), help=_names(Choice))
    decide.add_argument(
        "--seen",
        metavar="V",
        type=_whole,
        default=0,
        help=_("up to which new entry you have read, as in outbox --decisions"),
    )


def _add_left_work(verbs: Any) -> None:  # noqa: ANN401
    verbs.add_parser("left", help=_("what you wrote about complaints that are not here any more"))
    hand_over = verbs.add_parser(
        "hand-over", help=_("hand a draft over to whoever has the complaint now")
    )
    discard = verbs.add_parser("discard", help=_("withdraw a draft on a complaint that has moved"))
    for each in (hand_over, discard):
        _add_case(each)
        each.add_argument("kind", metavar=_("KIND"), choices=[*COMMAND_KINDS],
                          help=_("kind of words, as in left"))  # fmt: skip


def _add_case(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    verb.add_argument("case", metavar=_("COMPLAINT"), help=_("tracking ID"))
    return verb


def _add_words(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("text", metavar=_("TEXT"), help=_('the words; "-" reads them from stdin'))


def _one_of(kind: type[E]) -> Callable[[str], E]:
    def parse(text: str) -> E:
        try:
            return kind(text)
        except ValueError:
            told = _("{value} is none of: {names}")
            raise argparse.ArgumentTypeError(told.format(value=text, names=_names(kind))) from None

    return parse


def _names(kind: type[StrEnum]) -> str:
    values: Sequence[str] = [member.value for member in kind]
    return ", ".join(values)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        told = _("{value} is no date; write YYYY-MM-DD")
        raise argparse.ArgumentTypeError(told.format(value=text)) from None


def _count(text: str, least: int = 1) -> int:
    if not text.isdecimal() or int(text) < least:
        told = _("{value} is no whole number from {least} on")
        raise argparse.ArgumentTypeError(told.format(value=text, least=least))
    return int(text)


_whole = partial(_count, least=0)
