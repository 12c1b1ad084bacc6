# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small pictures of pictures, so that a slow line shows what there is before it brings it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

MAX_BYTES = 10 * 1024
_SIDE = 240
_MAX_PIXELS = 64_000_000
"""A picture says how large it is before it is unpacked; a larger one is not unpacked at all."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITIES = (70, 50, 30, 15)


def thumbnail(path: Path) -> bytes | None:
    """Return a JPEG of at most :data:`MAX_BYTES`; None for what is no picture we open."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we look ourselves
            with Image.open(path, formats=_FORMATS) as image:
                if image.width * image.height > _MAX_PIXELS:
                    return None
                image.draft("RGB", (_SIDE * 2, _SIDE * 2))
                small = ImageOps.exif_transpose(image)
                small.thumbnail((_SIDE, _SIDE))
                return _packed(_on_white(small))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # Pillow's many ways to say that the bytes are not what they claim to be


def _on_white(image: Image.Image) -> Image.Image:
    """Return a picture without transparency, which JPEG does not know."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    opaque = image.convert("RGBA")
    ground.paste(opaque, mask=opaque.getchannel("A"))
    return ground


def _packed(image: Image.Image) -> bytes | None:
    for quality in _QUALITIES:
        packed = io.BytesIO()
        image.save(packed, "JPEG", quality=quality, optimize=True)
        if packed.tell() <= MAX_BYTES:
            return packed.getvalue()
    return None
