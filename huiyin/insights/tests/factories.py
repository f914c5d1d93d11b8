"""Voices with meanings, by the tiny encoder: what a test says is what stands near."""

from datetime import datetime
from typing import Any

from huiyin.accounts.models import Contact
from huiyin.core import clock
from huiyin.language import services as language
from huiyin.language.engine import Engine
from huiyin.language.tests.factories import HashEncoder
from huiyin.voices import services
from huiyin.voices.models import Voice
from huiyin.voices.tests.factories import spoken

REFUND, PARCEL, LOGIN = "退款一直没有到账", "快递物流三天没有更新", "登录收不到短信验证码"
SUBJECTS = (REFUND, PARCEL, LOGIN)


def use_tiny_models(settings: Any, monkeypatch: Any) -> None:
    """The tiny encoder in this process."""
    settings.LANGUAGE_ENGINE = "inline"
    engine = Engine(HashEncoder())
    monkeypatch.setattr(language, "inline_engine", lambda: engine)


def said(text: str, *, at: datetime | None = None, contact: Contact | None = None, **values: Any) -> Voice:
    """A voice as intake records it when the models answer in time."""
    words = spoken(text)
    raw, _is_new = services.keep(words)
    row = HashEncoder().encode([text])[0]
    meaning = language.understand(text, rules_only=True)
    voice, _facts = services.record(
        words,
        raw=raw,
        contact=contact or Contact.objects.create(name="王芳"),
        product=values.pop("product", None),
        kind="fault",
        understanding=meaning,
    )
    voice.understanding = {**voice.understanding, "vector_model": HashEncoder.id}
    voice.vector, voice.is_understood, voice.received_at = row.tobytes(), True, at or clock.now()
    voice.save(update_fields=["understanding", "vector", "is_understood", "received_at"])
    return voice


def pile(times: int, subjects: tuple[str, ...] = SUBJECTS, **values: Any) -> list[Voice]:
    """So many voices about each subject, each of somebody else."""
    return [said(f"{subject}，第{i}次", **values) for i in range(times) for subject in subjects]
