# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of cases and the case that is open."""
