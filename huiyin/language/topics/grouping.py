"""Texts into groups: a stream that follows leaders, and average linkage over what the stream found.

The leader pass (Hartigan 1975) costs one comparison with each group and keeps any number of texts small;
the linkage (nearest-neighbour chain, Murtagh 1983) then joins groups whose members are alike on average.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[Any]]

# Mean cosine of centred vectors above which two groups are one topic. Chinese sentences lie farther apart.
CUTS = {"zh": 0.25}
CUT = 0.35
# The stream joins only what is nearly the same, and less strictly the more texts there are to carry.
_CLOSE = (0.75, 0.65, 0.55)
_CARRIED = 4_000
# An earlier group is divided into parts of at least so many, which a cut that much looser still keeps apart.
_DIVIDED = 4
_LOOSE = 0.8


class Stream:
    """Groups that grow as vectors arrive: each joins the nearest group when near enough, else leads its own."""

    def __init__(self, dim: int, close: float = _CLOSE[-1]) -> None:
        import numpy as np

        self.close = close
        self._sums = np.zeros((64, dim), dtype=np.float32)
        self._units = np.zeros((64, dim), dtype=np.float32)
        self.sizes: list[int] = []

    @classmethod
    def resumed(cls, sums: "Matrix", sizes: Sequence[int], close: float = _CLOSE[-1]) -> "Stream":
        """A stream that goes on with the groups that an earlier one made."""
        import numpy as np

        stream = cls(sums.shape[1], close)
        if len(sizes):
            stream.sizes = list(sizes)
            stream._sums = np.array(sums, dtype=np.float32)
            stream._units = stream._sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return stream

    def add(self, vector: "Matrix") -> int:
        """The group that a unit vector joins."""
        import numpy as np

        count = len(self.sizes)
        near = self._units[:count] @ vector
        best = int(near.argmax()) if count else -1
        if best < 0 or near[best] < self.close:
            best = count
            self._grow()
            self.sizes.append(0)
        self.sizes[best] += 1
        self._sums[best] += vector
        self._units[best] = self._sums[best] / max(float(np.linalg.norm(self._sums[best])), 1e-9)
        return best

    @property
    def sums(self) -> "Matrix":
        return self._sums[: len(self.sizes)]

    def nearness(self, group: int, vector: "Matrix") -> float:
        """Cosine of a unit vector to the middle of a group."""
        return float(self._units[group] @ vector)

    def _grow(self) -> None:
        import numpy as np

        if len(self.sizes) == len(self._sums):
            self._sums = np.vstack([self._sums, np.zeros_like(self._sums)])
            self._units = np.vstack([self._units, np.zeros_like(self._units)])


def centred(rows: "Matrix", parts: Sequence[int] = ()) -> "Matrix":
    """Unit rows without what all texts share, each encoder's part of the same weight."""
    import numpy as np

    pieces, at = [], 0
    for size in parts or (rows.shape[1],):
        piece = rows[:, at : at + size] - rows[:, at : at + size].mean(axis=0)
        pieces.append(piece / np.maximum(np.linalg.norm(piece, axis=1, keepdims=True), 1e-9))
        at += size
    return np.asarray(np.hstack(pieces) / len(pieces) ** 0.5, dtype=np.float32)


def grouped(rows: "Matrix", cut: float = CUT) -> list[int]:
    """The group of each centred row; numbers in the order of first appearance."""
    if len(rows) == 0:
        return []
    own, stream = _followed(rows)
    joined = _linked(stream.sums, stream.sizes, cut)
    order: dict[int, int] = {}
    return [order.setdefault(joined[group], len(order)) for group in own]


def regrouped(rows: "Matrix", before: Sequence[int | None], cut: float = CUT) -> list[int]:
    """The group of each centred row, going on from earlier groups: None for a row that had none.

    Rows stay together unless their group has come apart; groups that have become alike are joined. Grouping from
    nothing instead would find one row in seven another place each time.
    """
    if all(group is None for group in before):
        return grouped(rows, cut)
    own = _unmixed(rows, before, cut)
    stream = Stream.resumed(*_summed(rows, own))
    placed = [stream.add(row) if group is None else group for row, group in zip(rows, own, strict=True)]
    joined = _linked(stream.sums, stream.sizes, cut)
    order: dict[int, int] = {}
    return [order.setdefault(joined[group], len(order)) for group in placed]


def _unmixed(rows: "Matrix", before: Sequence[int | None], cut: float) -> list[int | None]:
    """Earlier groups by numbers without gaps, those that have come apart divided."""
    places: dict[int, list[int]] = {}
    for place, group in enumerate(before):
        if group is not None:
            places.setdefault(group, []).append(place)
    own: list[int | None] = [None] * len(before)
    count = 0
    for members in places.values():
        parts = _parts(rows[members], cut)
        for place, part in zip(members, parts, strict=True):
            own[place] = count + part
        count += max(parts) + 1
    return own


def _parts(rows: "Matrix", cut: float) -> list[int]:
    """The parts of one group: several only when each is large and they are well below what joins groups.

    That is a looser cut than the one that joins, so that no pair is joined one night and divided the next.
    """
    apart = grouped(rows, cut * _LOOSE) if len(rows) >= 2 * _DIVIDED else [0] * len(rows)
    sizes = Counter(apart)
    large = [part for part, size in sizes.most_common() if size >= _DIVIDED]
    if len(large) < 2:
        return [0] * len(rows)
    return [large.index(part) if part in large else 0 for part in apart]


def _summed(rows: "Matrix", own: Sequence[int | None]) -> tuple["Matrix", list[int]]:
    """The sum and the size of each group."""
    import numpy as np

    known = [(place, group) for place, group in enumerate(own) if group is not None]
    groups = [group for _place, group in known]
    sums = np.zeros((max(groups) + 1, rows.shape[1]), dtype=np.float32)
    np.add.at(sums, groups, rows[[place for place, _group in known]])
    return sums, np.bincount(groups).tolist()


def _followed(rows: "Matrix") -> tuple[list[int], Stream]:
    """The strictest stream whose groups are few enough to be linked."""
    for close in _CLOSE:
        stream = Stream(rows.shape[1], close)
        own = [stream.add(row) for row in rows]
        if len(stream.sizes) <= _CARRIED:
            break
    return own, stream


def _linked(sums: "Matrix", sizes: Sequence[int], cut: float) -> list[int]:
    """Average linkage down to `cut`: sums of vectors give the mean cosine between two groups exactly."""
    import numpy as np

    weights = np.array(sizes, dtype=np.float32)
    alike = (sums @ sums.T) / (weights[:, None] * weights[None, :])
    np.fill_diagonal(alike, -np.inf)
    parent = list(range(len(weights)))
    active = np.ones(len(weights), dtype=bool)
    chain: list[int] = []
    while active.any():
        if not chain:
            chain.append(int(active.argmax()))
        top = chain[-1]
        near = np.where(active, alike[top], -np.inf)
        best = int(near.argmax())
        if near[best] < cut:
            active[top] = False  # nothing is near enough, and no later group can be nearer
            chain.pop()
        elif len(chain) > 1 and near[chain[-2]] >= near[best]:
            _merge(alike, weights, chain[-2], top)
            parent[top] = chain[-2]
            active[top] = False
            del chain[-2:]
        else:
            chain.append(best)
    return [_root(parent, group) for group in range(len(parent))]


def _merge(alike: "Matrix", weights: "Matrix", kept: int, gone: int) -> None:
    """Likeness to a merged group is the mean over its members."""
    import numpy as np

    both = weights[kept] + weights[gone]
    alike[kept] = (weights[kept] * alike[kept] + weights[gone] * alike[gone]) / both
    alike[:, kept] = alike[kept]
    alike[kept, kept] = -np.inf
    weights[kept] = both


def _root(parent: list[int], group: int) -> int:
    while parent[group] != group:
        group = parent[group]
    return group
