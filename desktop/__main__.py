# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m desktop`, and the program that PyInstaller freezes."""

from __future__ import annotations

import sys

from desktop.app import main

if __name__ == "__main__":
    sys.exit(main())
