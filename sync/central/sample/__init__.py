# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sample world: invented complaints to real public bodies, for demos, manuals and tests.

Texts live in resources/sample, one file a sector; here is how they become complaints
(:mod:`world`), officers' threads (:mod:`threads`) and an official export (:mod:`workbook`). The
same seed and day always give the same world.
"""
