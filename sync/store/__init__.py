# SPDX-License-Identifier: AGPL-3.0-or-later
"""The local encrypted database; the only SQL on the client."""
