# SPDX-License-Identifier: AGPL-3.0-or-later
"""The exchange with the centre as one sealed file; ``docs/courier.md`` is normative.

Bytes in, bytes out: no disk, no clock, no network.
"""
