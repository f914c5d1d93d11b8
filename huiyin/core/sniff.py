"""What a file is, by its bytes and never by its name or by what the sender claims."""

import re
import zipfile
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _

from huiyin.core.errors import Unsupported

HEAD = 8192
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
OFFICE = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
)
ARCHIVES = OFFICE | {"application/zip"}
MEDIA = frozenset(
    {"video/mp4", "video/quicktime", "video/webm", "audio/mpeg", "audio/mp4", "audio/wav", "audio/ogg"}
)
ALLOWED = IMAGES | ARCHIVES | MEDIA | {"application/pdf", "text/plain"}
SYNONYMS = {"audio/x-wav": "audio/wav", "audio/m4a": "audio/mp4", "video/x-m4v": "video/mp4"}
# What a browser could run as a page, wherever it begins: HTML and everything in XML, SVG included.
MARKUP = re.compile(
    rb"^[\s\xef\xbb\xbf]*<|<\s*(?:!doctype|html|head|body|script|svg|iframe|\?xml)\b", re.IGNORECASE
)
MAX_ENTRIES = 1000
MAX_UNPACKED = 100 * 1024 * 1024


def media_type(file: BinaryIO) -> str:
    """The media type of an allowed file. Raises Unsupported for all others, and for unpacking bombs."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    found = filetype.guess_mime(head) or ("text/plain" if _is_text(head) else "")
    found = SYNONYMS.get(found, found)
    if found not in ALLOWED:
        raise Unsupported(
            "file_kind_refused",
            _("We take pictures, PDF, text, Office documents, ZIP, audio and video."),
            field="attachments",
        )
    if found in ARCHIVES:
        _check_archive(file)
    return found


def _is_text(head: bytes) -> bool:
    """UTF-8 or GB18030 text without control characters that is no markup."""
    if not head or MARKUP.search(head) or any(byte < 9 or 13 < byte < 27 for byte in head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as problem:
        return len(head) == HEAD and problem.start > HEAD - 5  # a character cut by the end of the sample
    return True


def _check_archive(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise Unsupported(
            "archive_broken", _("The archive cannot be read."), field="attachments"
        ) from problem
    finally:
        file.seek(0)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unsupported("archive_too_large", _("The archive unpacks to too much."), field="attachments")
