# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every command declared once; menus, tool bars, palette and help are views of it."""
