# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drawings: one for each meaning, all in one style."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

import resources
from desktop.theme.icons import IconName

SVG = "{http://www.w3.org/2000/svg}"


def test_every_meaning_has_a_drawing_and_every_drawing_a_meaning() -> None:
    """Names in the code and files in the package are the same set."""
    drawings = {place.stem for place in resources.path("icons").glob("*.svg")}

    assert {name.value for name in IconName} == drawings


@pytest.mark.parametrize("name", IconName)
def test_drawing_keeps_the_common_style(name: IconName) -> None:
    """A drawing is 20 by 20, one stroke width, round ends, and takes its colour from outside."""
    root = ET.fromstring(resources.text(f"icons/{name}.svg"))  # noqa: S314 - our own files
    style = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")

    assert f"{SVG}svg" == root.tag
    assert ["0 0 20 20", "none", "currentColor", "1.5", "round", "round"] == [
        root.get(part) for part in style
    ]
    paints = {part.get(key) for part in root for key in ("fill", "stroke")}
    assert paints <= {None, "none", "currentColor"}


def test_no_two_meanings_share_a_drawing() -> None:
    """Shape tells states apart without colour."""
    drawings = [resources.text(f"icons/{name}.svg") for name in IconName]

    assert len(drawings) == len(set(drawings))
