"""Certificates of deletion on paper: what their page says, in every language, around the signed file."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from huiyin.core import paper, timewords

LAYOUT = Path(__file__).parent / "layouts" / "certificate.typ"


def certificate(signed: Mapping[str, Any]) -> bytes:
    """The PDF of a signed certificate; the signed file is attached to it, byte for byte."""
    parts = [_part(signed, code) for code, _name in settings.LANGUAGES]
    whole = json.dumps(signed, ensure_ascii=False, indent=1)
    given = {"house": settings.ORIGIN, "number": signed["number"], "parts": parts, "signed": whole}
    return paper.pdf(LAYOUT, given)


def _part(signed: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the page of the certificate says in one language."""
    with override(language):
        facts = [
            (_("Asked for"), timewords.moment(datetime.fromisoformat(signed["asked_at"]))),
            (_("Carried out"), timewords.moment(datetime.fromisoformat(signed["done_at"]))),
            (_("Number"), signed["number"]),
            (_("Entry in the ledger"), signed["ledger"]),
            (_("Signature"), signed["signature"]),
            (_("Public key"), signed["public_key"]),
        ]
        return {
            "lang": language.partition("-")[0],
            "title": _("Certificate of deletion"),
            "says": _(
                "All data that named the person who asked for this was erased, and the key that opens copies of "
                "it in backups was destroyed."
            ),
            "facts": facts,
            "kept": _(
                "Kept, without a name: that there were requests, when and how they ended; the proof of consents "
                "and of this deletion for as long as the law asks."
            ),
        }
