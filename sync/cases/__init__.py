# SPDX-License-Identifier: AGPL-3.0-or-later
"""The case rules both ends of the wire must agree on; standard library only."""
