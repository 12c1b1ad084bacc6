# SPDX-License-Identifier: AGPL-3.0-or-later
"""What surrounds the panes: bars, menus, palette, help."""
