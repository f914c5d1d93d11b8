"""Pictures made anew: pixels alone are kept, so that no position, owner or hidden payload travels along."""

import io
import warnings
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from huiyin.core.errors import TooLarge, Unsupported

MAX_PIXELS = 40_000_000
MAX_FRAMES = 200
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}


def redraw(file: BinaryIO, media_type: str) -> bytes:
    """The same picture, decoded and encoded again. Refuses broken ones and those with too many pixels."""
    format_name = FORMATS[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[format_name]) as image:
                _check_size(image)
                return _encoded(image, format_name)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
        raise _too_large() from problem
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as problem:
        raise Unsupported("image_broken", _("The picture cannot be read."), field="attachments") from problem


def _check_size(image: Image.Image) -> None:
    frames = getattr(image, "n_frames", 1)
    if image.width * image.height * frames > MAX_PIXELS or frames > MAX_FRAMES:
        raise _too_large()


def _too_large() -> TooLarge:
    return TooLarge("image_too_large", _("The picture has too many pixels."), field="attachments")


def _encoded(image: Image.Image, format_name: str) -> bytes:
    out = io.BytesIO()
    if getattr(image, "is_animated", False) and format_name in {"GIF", "WEBP"}:
        frames = [_pixels(frame, format_name) for frame in ImageSequence.Iterator(image)]
        duration = image.info.get("duration", 100)
        frames[0].save(out, format_name, save_all=True, append_images=frames[1:], duration=duration, loop=0)
        return out.getvalue()
    upright = ImageOps.exif_transpose(image)
    clean = _pixels(upright, format_name)
    clean.save(out, format_name, **({"quality": 88, "optimize": True} if format_name == "JPEG" else {}))
    return out.getvalue()


def _pixels(image: Image.Image, format_name: str) -> Image.Image:
    """A picture with no more than its pixels: profile, text chunks, comments and EXIF stay behind."""
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    clean = image.convert("RGBA" if has_alpha and format_name != "JPEG" else "RGB")
    clean.info = {}
    return clean
