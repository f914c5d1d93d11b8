"""What a page says of a model version: its figures with their intervals, or plainly that they prove nothing yet."""

from typing import Any

from django.utils.translation import gettext as _

from huiyin.language.classify import ENOUGH

KEYS = "1234567890qwertyuiop"
_TONES = {"live": "good", "candidate": "accent", "retired": "note", "refused": "warning"}


def task_name(task: str) -> str:
    """What a task is called on pages; one that somebody trained is its own name."""
    known = {
        "category": _("Category"),
        "kind": _("Kind"),
        "sentiment": _("Sentiment"),
        "product": _("Product"),
        "priority": _("Priority"),
        "emotion": _("Emotion"),
        "intent": _("Intent"),
    }
    return known.get(task, task)


def keyed(names: dict[str, str]) -> list[dict[str, str]]:
    """Labels with the key that chooses each of them."""
    return [
        {"value": value, "name": name, "key": KEYS[at] if at < len(KEYS) else ""}
        for at, (value, name) in enumerate(names.items())
    ]


def card(version: Any, judged: int) -> dict[str, Any]:
    """One version for a page. `judged` is how many rows are held out for its task."""
    own = version.trial.get("own") or {}
    crossed = version.metrics if version.metrics.get("judged_rows") else {}
    return {
        "version": version,
        "tone": _TONES.get(version.state, "note"),
        "is_proved": judged >= ENOUGH and own.get("judged_rows", 0) >= ENOUGH,
        "held": _figures(own) if own else None,
        "rival": _figures(version.trial.get("rival") or {}) if version.trial.get("rival") else None,
        "rival_name": version.trial.get("rival_name", ""),
        "crossed": _figures(crossed) if crossed else None,
        "shares": _shares(version.metrics),
        "usable": getattr(version, "usable", False),
    }


def _figures(figures: dict[str, float]) -> dict[str, str]:
    return {
        "rows": f"{figures['judged_rows']:.0f}",
        "accuracy": f"{100 * figures['accuracy']:.1f} %",
        "between": f"{100 * figures.get('accuracy_low', 0):.1f}–{100 * figures.get('accuracy_high', 1):.1f} %",
        "macro_f1": f"{figures['macro_f1']:.3f}",
        "calibration": f"{figures['calibration_error']:.3f}",
    }


def _shares(metrics: dict[str, float]) -> list[tuple[str, str]]:
    """How loud each voice of the classifier is."""
    names = {
        "share_meaning": _("meaning"),
        "share_spread": _("meaning, by how classes scatter"),
        "share_words": _("words"),
    }
    return [(text, f"{100 * metrics[key]:.0f} %") for key, text in names.items() if metrics.get(key)]
