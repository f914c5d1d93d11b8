"""A fitted classifier as bytes and back: arrays and JSON, never pickle, so that reading runs nothing."""

import io
import json
import zipfile
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from huiyin.language.classify.classifier import ModelCard, TextClassifier
from huiyin.language.classify.outside import Outside
from huiyin.language.classify.tuning import Recipe
from huiyin.language.classify.voices import Voices
from huiyin.language.verdicts import Example

if TYPE_CHECKING:
    from huiyin.language.classify.numbers import Matrix

_ABOUT = "about.json"


def frozen(classifier: TextClassifier) -> bytes:
    """Everything that predicting needs. Of rows that people labelled only vector and label stay, no word."""
    assert classifier.voices is not None
    rows, vectors = classifier.known or ([], None)
    about = {
        "card": asdict(classifier.card),
        "recipe": asdict(classifier.recipe),
        "parts": classifier.parts,
        "labels": classifier.voices.labels,
        "vocabulary": sorted(classifier.voices.vocabulary, key=classifier.voices.vocabulary.__getitem__),
        "known": [[row.label, row.text if row.is_shipped else "", row.is_shipped] for row in rows],
    }
    arrays: dict[str, Any] = {f"voices.{name}": array for name, array in classifier.voices.arrays.items()}
    if vectors is not None:
        arrays["known"] = vectors
    if outside := classifier.outside:
        about["outside"] = {"label": outside.label, "bias": outside.bias}
        arrays |= {"outside.weights": outside.weights, "outside.centres": outside.centres}
        arrays["outside.known"] = outside.known
    return _packed(about, arrays)


def thawed(content: bytes) -> TextClassifier:
    """The classifier that these bytes were. Raises ValueError, KeyError or zipfile.BadZipFile for others."""
    about, arrays = _unpacked(content)
    card = about["card"]
    classifier = TextClassifier(card["task"], card["engine"], about["parts"])
    classifier.card = ModelCard(**{**card, "classes": tuple(card["classes"])})
    classifier.recipe = Recipe(**about["recipe"])
    voices = Voices(about["labels"], about["parts"], strength=classifier.recipe.strength)
    voices.arrays = {name[7:]: array for name, array in arrays.items() if name.startswith("voices.")}
    voices.vocabulary = {word: at for at, word in enumerate(about["vocabulary"])}
    classifier.voices = voices
    if "known" in arrays:
        rows = [Example(text, label, is_shipped=is_shipped) for label, text, is_shipped in about["known"]]
        classifier.known = (rows, arrays["known"])
    if told := about.get("outside"):
        found = (arrays["outside.weights"], told["bias"], arrays["outside.centres"], arrays["outside.known"])
        classifier.outside = Outside(told["label"], *found)
    return classifier


def _packed(about: dict[str, Any], arrays: dict[str, "Matrix"]) -> bytes:
    """A zip of one JSON text and half-precision arrays; the third decimal of a weight tells nothing."""
    import numpy as np

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        file.writestr(_ABOUT, json.dumps(about, ensure_ascii=False))
        for name, array in arrays.items():
            part = io.BytesIO()
            width = np.float16 if np.ndim(array) > 1 else np.float32
            np.save(part, np.asarray(array, dtype=width), allow_pickle=False)
            file.writestr(name, part.getvalue())
    return whole.getvalue()


def _unpacked(content: bytes) -> tuple[dict[str, Any], dict[str, "Matrix"]]:
    import numpy as np

    arrays = {}
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        about = json.loads(file.read(_ABOUT))
        for name in file.namelist():
            if name != _ABOUT:
                arrays[name] = np.load(io.BytesIO(file.read(name)), allow_pickle=False).astype(np.float32)
    return about, arrays
