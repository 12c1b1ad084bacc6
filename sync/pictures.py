# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures: small ones to show first, and photos without what they tell of place and person.

Both ends make small pictures; only devices clean photos, before anything leaves them.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageOps

MAX_BYTES = 10 * 1024
"""The largest that a small picture may be."""

SHRUNK_SIDE = 1600
"""Pixels of the longer side of a photo that was made smaller: a document is still legible."""

_SIDE = 240
_MAX_PIXELS = 64_000_000
"""A picture says how large it is before it is unpacked; a larger one is not unpacked at all."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITIES = (70, 50, 30, 15)


def thumbnail(source: Path | IO[bytes]) -> bytes | None:
    """Return a JPEG of at most :data:`MAX_BYTES`; None for what is no picture we open."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we look ourselves
            with Image.open(source, formats=_FORMATS) as image:
                if image.width * image.height > _MAX_PIXELS:
                    return None
                image.draft("RGB", (_SIDE * 2, _SIDE * 2))
                small = ImageOps.exif_transpose(image)
                small.thumbnail((_SIDE, _SIDE))
                return _packed(_on_white(small))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # Pillow's many ways to say that the bytes are not what they claim to be


def cleaned(content: bytes, *, shrink: bool) -> bytes:
    """Return a photo without metadata: place, time, camera, owner, embedded previews.

    What it looks like stays, upright. What is no photo, or has nothing to take away, is returned
    byte for byte.

    Args:
        shrink: also make a large one smaller (:data:`SHRUNK_SIDE`).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_PHOTOS) as image:
                if image.width * image.height > _MAX_PIXELS or _is_animated(image):
                    return content
                is_large = shrink and max(image.size) > SHRUNK_SIDE
                if not (is_large or _tells_more(image)):
                    return content
                return _without_metadata(image, shrink=is_large)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return content


def is_photo(content: bytes) -> bool:
    """Return whether :func:`cleaned` knows such files, by their first bytes."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def _is_animated(image: Image.Image) -> bool:
    """Return whether a picture moves; the further ones in a phone's JPEG are previews and maps."""
    return image.format != _SEVERAL_JPEG and getattr(image, "n_frames", 1) > 1


def _tells_more(image: Image.Image) -> bool:
    """Return whether there is more in a file than its picture."""
    told = set(image.info) - _HARMLESS
    return bool(told or image.getexif())


def _without_metadata(image: Image.Image, *, shrink: bool) -> bytes:
    kind = "JPEG" if image.format in {None, _SEVERAL_JPEG} else str(image.format)
    upright = ImageOps.exif_transpose(image)
    if shrink:
        upright.thumbnail((SHRUNK_SIDE, SHRUNK_SIDE))
    saving: dict[str, Any] = {"quality": 85 if shrink else 92} if kind != "PNG" else {}
    if icc := image.info.get("icc_profile"):
        saving["icc_profile"] = icc
    bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    if upright.mode == "P" and (palette := upright.getpalette()):
        bare.putpalette(palette)
    packed = io.BytesIO()
    bare.save(packed, kind, **saving)
    return packed.getvalue()


_PHOTOS = ("JPEG", "PNG", "WEBP")
_SEVERAL_JPEG = "MPO"
"""What Pillow calls a JPEG with more pictures behind the first (CIPA DC-007), as phones make."""
_HARMLESS = frozenset(
    {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "dpi",
        "gamma",
        "srgb",
        "chromaticity",
        "progressive",
        "progression",
        "icc_profile",
        "background",
        "loop",
        "duration",
        "timestamp",
        "transparency",
        "interlace",
        "adobe",
        "adobe_transform",
    }
)
"""What says how to show a picture, and nothing of where, when and by whom it was taken."""


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
