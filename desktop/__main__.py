# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m desktop`, and the program that PyInstaller freezes."""

from __future__ import annotations

import gc
import sys

gc.disable()  # what is loaded now is here to stay; the window's own collector takes over later

from desktop.app import main  # noqa: E402 - it is what the line above is for

if __name__ == "__main__":
    sys.exit(main())
