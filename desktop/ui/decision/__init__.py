# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits for the officer's decision, with both sides visible."""
