# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was delivered from this computer."""
