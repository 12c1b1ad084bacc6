# SPDX-License-Identifier: AGPL-3.0-or-later
"""Icons, fonts, translations, themes, templates, rules and calendars, as package data."""
