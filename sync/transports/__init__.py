# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ways to carry the wire messages: HTTP, and a sealed file on a stick."""
