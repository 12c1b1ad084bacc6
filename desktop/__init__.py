# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Qt application of the officers; the only package that imports PySide6."""
