# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words for each code of a failure, for window and command line (`sentences.py`) alike."""

from __future__ import annotations

from typing import Final

from sync.i18n import gettext as _
from sync.i18n import mark
from sync.services.line_words import LINE_WORDINGS
from sync.services.wording import Remedy, Wording

__all__ = ["BUG", "WORDINGS", "Remedy", "Wording", "is_worded", "title_of", "wording_of"]

_RETRY: Final = (Remedy.RETRY,)

WORDINGS: Final[dict[str, Wording]] = {
    **LINE_WORDINGS,
    "draft.unkept": Wording(
        mark("Your last words are not on the disk, so the window stays open"),
        mark("The disk does not take them. Make room on it and close again, or copy the words to "
             "somewhere else."),
    ),
    "file.too-large": Wording(
        mark("The file is too large"),
        mark("At most 100 MB can be added. Shrink it or send it in parts."),
    ),
    "file.empty": Wording(
        mark("The file is empty"),
        mark("There is nothing in it to send."),
    ),
    "file.unreadable": Wording(
        mark("The file cannot be read"),
        mark("Another program may hold it, or you may not read it."),
    ),
    "file.folder": Wording(
        mark("A folder cannot be added"),
        mark("Add the files in it, or pack it into a ZIP file first."),
    ),
    "file.not-with-these": Wording(
        mark("These words carry no files"),
        mark("Turn to the follow-up and add the file there; colleagues will see it."),
    ),
    "file.vanished": Wording(
        mark("The file is not there any more"),
        mark("It was moved or deleted meanwhile, or its disk was taken out."),
    ),
    "file.unwritable": Wording(
        mark("The file cannot be saved there"),
        mark("Choose another folder."),
    ),
    "file.risky": Wording(
        mark("This kind of file is not opened"),
        mark("It could do harm when it runs. Save it and have it checked first."),
    ),
    "file.not-here": Wording(
        mark("The file is not on this computer yet"),
        mark("It is fetched as soon as the line allows."),
    ),
    "file.damaged": Wording(
        mark("The copy on this computer is damaged"),
        mark("Add the file again; your words are with the centre."),
    ),
    "file.checksum": Wording(
        mark("The file did not arrive as it was"),
        mark("It is tried again; if it stays so, the line or a disk spoils it."),
    ),
    "file.refused": Wording(
        mark("The centre does not take this file"),
        mark("Ask the support of the centre."),
    ),
    "file.no-room": Wording(
        mark("The centre has no room for files now"),
        mark("The file waits on this computer and goes by itself when there is room."),
    ),
    "file.quota": Wording(
        mark("The centre takes no more files from you today"),
        mark("The file waits on this computer and goes by itself tomorrow."),
    ),
    "file.gone": Wording(
        mark("The file is not at the centre"),
        mark("Whoever added it must send it again."),
    ),
    "refused.role": Wording(
        mark("Your role does not allow this"),
        mark("Ask the admin of your agency to do it, or to change your role."),
    ),
    "refused.not-flagged": Wording(
        mark("There is nothing here that you could mark as seen"),
        mark("The centre flagged nothing, or a colleague of the author must look at it."),
    ),
    "refused.role-unknown": Wording(
        mark("This program does not know your role yet"),
        mark("Update Tanggap. What you did before is kept and goes to the centre all the same."),
    ),
    "refused.out-of-scope": Wording(
        mark("This complaint is no longer with your unit"),
        mark("It is dealt with elsewhere now. What you wrote is kept; copy it if others need it."),
    ),
    "refused.status": Wording(
        mark("The complaint's status does not allow this"),
        mark("Look at its history: it was closed or reopened in the meantime."),
    ),
    "refused.empty": Wording(
        mark("There are no words yet"),
        mark("Write something first."),
    ),
    "refused.too-long": Wording(
        mark("The text is too long"),
        mark("Shorten it, or send it in two parts."),
    ),
    "refused.not-held": Wording(
        mark("This complaint is not on this computer"),
        mark("Synchronise, then try again."),
        _RETRY,
    ),
    "refused.assignee": Wording(
        mark("This colleague does not handle complaints of this unit"),
        mark("Choose somebody else."),
    ),
    "refused.malformed": Wording(
        mark("The centre did not understand this"),
        mark("Your words are kept. Update Tanggap, then send them again."),
    ),
    "refused.id-reused": Wording(
        mark("The centre has something else under this number"),
        mark("Your words are kept. Send them again as a new act."),
    ),
    "refused.device-forked": Wording(
        mark("Another copy of these local files has already sent something"),
        mark("Your words are kept. Send them again from here, and stop using the copy."),
    ),
    "withdraw.unknown": Wording(
        mark("It may have reached the centre already"),
        mark("It can no longer be taken back. Wait for the centre's answer, then correct it."),
        (Remedy.REFRESH,),
    ),
    "decision.gone": Wording(
        mark("This has been settled already"),
        mark("Somebody or something was faster. The list shows how it stands now."),
        (Remedy.REFRESH,),
    ),
    "withdraw.settled": Wording(
        mark("This has been settled already"),
        mark("Somebody or something was faster. The list shows how it stands now."),
        (Remedy.REFRESH,),
    ),
    "decision.newer": Wording(
        mark("Something has just arrived"),
        mark("Nothing was sent. Look at what is new, then decide."),
        (Remedy.REFRESH,),
    ),
    "export.failed": Wording(
        mark("The file could not be written"),
        mark("Your words are still here. Choose another folder, then export them again."),
    ),
    "left.no-draft": Wording(
        mark("There is no such draft"),
        mark("It was handed over, sent or withdrawn already. The list shows how it stands now."),
        (Remedy.REFRESH,),
    ),
    "decision.not-offered": Wording(
        mark("This cannot be decided like that"),
        mark("Choose one of what is offered beside it."),
        (Remedy.REFRESH,),
    ),
    "store.disk-full": Wording(
        mark("The disk is full"),
        mark("Nothing was lost. Free some space on this computer, then try again."),
        _RETRY,
    ),
    "store.read-only": Wording(
        mark("The local files cannot be written"),
        mark("The folder is read-only. Ask whoever looks after this computer, then try again."),
        _RETRY,
    ),
    "store.locked": Wording(
        mark("Another program is using the local files"),
        mark("Close other windows of Tanggap or wait for the backup to end, then try again."),
        _RETRY,
    ),
    "store.open-elsewhere": Wording(
        mark("Tanggap is already open for this account"),
        mark("Go to its window. If there is none, wait a moment and try again."),
        _RETRY,
    ),
    "store.corrupt": Wording(
        mark("The local files are damaged"),
        mark("Start Tanggap again: it repairs what it can and keeps a copy of your own work."),
    ),
    "store.work-restored": Wording(
        mark("Your work was restored from an older copy"),
        mark(
            "The file with your own work was damaged; its newest sound copy took its place. "
            "Look through the outbox and your drafts: what you did last may be missing. "
            "The damaged file was kept for support."
        ),
    ),
    "store.cache-lost": Wording(
        mark("The complaints on this computer are fetched anew"),
        mark("Their file was damaged or gone. Your own work, drafts and outbox are untouched."),
    ),
    "store.wrong-key": Wording(
        mark("The local files do not open with this key"),
        mark(
            "They belong to another account, or the key of this computer was changed. Nothing in"
            " them was touched. Sign in again to go on beside them: complaints are fetched anew,"
            " and what was not sent goes to the centre from the sealed copy."
        ),
        (Remedy.SIGN_IN,),
    ),
    "store.no-key": Wording(
        mark("This computer has lost the key of the local files"),
        mark("Unlock the keyring, if it is locked. Otherwise sign in again: complaints are fetched "
             "anew, and what was not sent goes to the centre from the sealed copy. The old files "
             "stay."),
        (Remedy.RETRY, Remedy.SIGN_IN),
    ),
    "store.keyring-refused": Wording(
        mark("The keyring of this computer does not give its key"),
        mark("Unlock the keyring, or sign in to the computer anew, then try again."),
        _RETRY,
    ),
    "store.too-new": Wording(
        mark("The local files were written by a newer Tanggap"),
        mark("Open them with that version, or update this one."),
    ),
    "store.folder-gone": Wording(
        mark("The folder with your files is gone"),
        mark("Connect the disk or the network drive again, then try again. Nothing was begun in "
             "its place."),
        _RETRY,
    ),
    "store.upgrade-failed": Wording(
        mark("This version of Tanggap cannot take over your files"),
        mark("Nothing was changed. Go on with the version before, and tell support."),
    ),
    "store.copy-failed": Wording(
        mark("No fresh copy of your work could be made"),
        mark("The disk is full or cannot be written. Your work itself is safe: free some space "
             "soon, for a copy protects it when the disk fails."),
    ),
    "store.io": Wording(
        mark("The disk does not answer as it should"),
        mark("Check the disk or the network drive, then try again."),
        _RETRY,
    ),
    "store.work-lost": Wording(
        mark("The file with your own work is lost or damaged"),
        mark("A sealed copy of everything unsent is here. Put it back and go on working; "
             "what may have been sent already is asked about, and nothing is sent twice."),
        (Remedy.RESCUE,),
    ),
    "store.work-gone": Wording(
        mark("The file with your own work is lost or damaged, and no copy of it opens"),
        mark("If a disk or a network drive is missing, connect it and try again. Otherwise sign in "
             "again to go on with new files: complaints are fetched anew. The damaged files are "
             "kept: tell support what was not sent yet."),
        (Remedy.RETRY, Remedy.SIGN_IN),
    ),
    "store.work-put-back": Wording(
        mark("Your unsent work was put back from the sealed copy"),
        mark("The file with your own work was lost or damaged. Look through the outbox and your "
             "drafts; a damaged file was kept for support."),
    ),
    "store.no-copy": Wording(
        mark("There is no sealed copy that opens on this computer"),
        mark("Nothing was changed. Ask support before deleting anything."),
    ),
    "edition.not-signed": Wording(
        mark("New rules were offered that this centre did not sign"),
        mark("The rules from before stay in force."),
    ),
    "edition.no-keys": Wording(
        mark("New rules of the centre cannot be checked yet"),
        mark("The centre's key is not known on this computer. The rules from before stay in "
             "force until it has come."),
    ),
    "edition.unreadable": Wording(
        mark("New rules of the centre cannot be used"),
        mark("The rules from before stay in force. Tell whoever looks after the centre."),
    ),
    "courier.not-ours": Wording(
        mark("This is not a courier file of Tanggap"),
        mark("Nothing was changed. Choose the file whose name ends in .kurir."),
    ),
    "courier.cut": Wording(
        mark("The file was not copied completely"),
        mark("Nothing was changed. Copy it again from where it came from, and wait until the "
             "copy is done before you remove the stick."),
    ),
    "courier.damaged": Wording(
        mark("The file is damaged, or was changed on its way"),
        mark("Nothing was changed here and nothing is lost. Copy it again from where it came "
             "from, or ask for a new one."),
    ),
    "courier.too-new": Wording(
        mark("The file was made by a newer Tanggap"),
        mark("Nothing was changed. Update Tanggap, then take the file in again."),
    ),
    "courier.too-large": Wording(
        mark("The file is larger than allowed"),
        mark("It was not read, for safety. Tell support."),
    ),
    "courier.no-room": Wording(
        mark("There is not enough room on the stick"),
        mark("Nothing was written. Choose another stick, or let fewer attached files go along."),
    ),
    "courier.stick-full": Wording(
        mark("The stick is full"),
        mark("No file was left on it, and nothing was handed over. Free some room or choose "
             "another stick, then export again."),
    ),
    "courier.stick-locked": Wording(
        mark("The stick or folder cannot be written"),
        mark("Nothing was handed over. The stick may have a small switch that locks it; or choose "
             "another stick or folder, then export again."),
    ),
    "courier.stick-gone": Wording(
        mark("The stick or folder does not answer"),
        mark("It was pulled out, or has a fault. Plug it in again, then repeat. What was done "
             "before counts; nothing is lost, and nothing is done twice."),
    ),
    "courier.too-long-for-line": Wording(
        mark("The courier file is too large for the line"),
        mark("The centre takes up to 1 GB by the network. Bring the stick to whoever tends the "
             "centre."),
    ),
    "courier.unreadable": Wording(
        mark("What is in the file is not understood"),
        mark("Nothing was changed. Update Tanggap, then take the file in again."),
    ),
    "courier.wrong-recipient": Wording(
        mark("The file is for somebody else"),
        mark("It is neither for this computer nor for your centre. Nobody here can read it."),
    ),
    "courier.wrong-direction": Wording(
        mark("This is a reply, not something for the centre"),
        mark("Take it to the computer that it answers."),
    ),
    "courier.other-device": Wording(
        mark("The reply is for another computer"),
        mark("Nothing was changed. Take it to the computer that sent the first file."),
    ),
    "courier.own-copy": Wording(
        mark("This is this computer's own sealed copy"),
        mark("It is used when the file with your work is lost. Give it to the centre only when "
             "they ask for it."),
    ),
    "courier.unknown-sender": Wording(
        mark("Nobody knows who sent this file"),
        mark("It is not from your centre, or from a computer that never signed in there. Nothing "
             "was changed."),
    ),
    "courier.other-history": Wording(
        mark("The reply is from before the centre was restored"),
        mark("Nothing was changed. Export again and wait for the reply to that file."),
    ),
    "courier.no-keys": Wording(
        mark("The centre has not told its courier key yet"),
        mark("Connect this computer to the network once; after that USB works without it."),
        _RETRY,
    ),
    "courier.centre-changed": Wording(
        mark("The centre shows another courier key than before"),
        mark("Nothing was written and nothing was taken in."),
    ),
    "courier.revoked": Wording(
        mark("The computer that sent this file was signed out by the centre"),
        mark("Hand the file to whoever looks after the centre; they can take the work in."),
    ),
    "courier.account-closed": Wording(
        mark("The account of whoever sent this file is closed"),
        mark("Hand the file to whoever looks after the centre."),
    ),
}  # fmt: skip

BUG: Final = Wording(
    mark("Something went wrong inside Tanggap"),
    mark("Your work is kept. Copy this report and send it to support."),
    _RETRY,
)


def wording_of(code: str) -> Wording | None:
    """Return the words for a code; one with an unknown reason means what it does without."""
    known = code
    while known and known not in WORDINGS:
        known = known.rpartition(".")[0]
    return WORDINGS[known] if known else None


def is_worded(code: str) -> bool:
    """Return whether there are words for exactly this code."""
    return code in WORDINGS


def title_of(code: str) -> str:
    """Return what a code means, in few words."""
    return _((wording_of(code) or BUG).title)
