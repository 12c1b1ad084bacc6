# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other programs that carry the same records over the same line: Anki, Kinto, PouchDB."""
