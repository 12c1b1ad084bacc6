# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything before the window: command line, checks, single instance, crash report."""
