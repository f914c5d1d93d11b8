"""What the ranker looks at: four likenesses of each article, and of the best one how it stands out."""

from typing import TYPE_CHECKING, Any

from huiyin.assistant.ranking.index import Asked, Index

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

LIKENESS = ("builtin", "quality", "words", "cover")
STANDING = (
    "builtin",
    "quality",
    "words",
    "cover",
    "score",
    "lead",
    "share",
    "agreement",
    "length",
)
ENCODERS = ("builtin", "quality")
SEEN = {"both": ENCODERS, "builtin": ENCODERS[:1], "words": ()}


def mode(index: Index, asked: Asked) -> str:
    """Which weights apply: those for both encoders, for the built-in one, or for words alone."""
    there = [name for name in ENCODERS if name in index.matrices and asked.vectors.get(name)]
    if "builtin" not in there:
        return "words"
    return "both" if len(there) > 1 else "builtin"


def likeness(index: Index, asked: Asked) -> "Matrix":
    """(articles, 4) in the order of LIKENESS; an encoder that was not there in time gives zeros."""
    import numpy as np

    cosine, cover = index.words.closeness(asked.text)
    rows = np.zeros((len(index), len(LIKENESS)), np.float32)
    seen = SEEN[mode(index, asked)]
    for column, name in enumerate(ENCODERS):
        if name in seen:
            rows[:, column] = index.likeness(name, asked.vectors[name])
    rows[:, 2], rows[:, 3] = index.nearest(cosine), index.nearest(cover)
    return rows


def standing(rows: "Matrix", scores: "Matrix", text: str) -> "Matrix":
    """Of the best article, in the order of STANDING: its likenesses, its lead, and whether all signs agree."""
    import numpy as np

    order = np.argsort(-scores)
    best = order[0]
    second = scores[order[1]] if len(order) > 1 else scores[best] - 4.0
    near = np.exp(scores[order[:20]] - scores[best])
    agreement = sum(float(rows[:, column].argmax() == best and rows[:, column].any()) for column in range(3))
    told = [scores[best], scores[best] - second, 1.0 / near.sum(), agreement, np.log1p(len(text))]
    return np.concatenate([rows[best], np.array(told, np.float32)])
