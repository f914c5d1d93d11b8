"""Texts that say the same gathered around leaders, one pass, by sentence vectors: no table, no matrix library.

Leader clustering in the order given; the signs of two vectors rule out most pairs before they are compared.
"""

import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from huiyin.knowledge.signs import signs
from huiyin.language.duplicates import cosine

SAME = 0.72  # cosine to the leader
FARTHEST = 165  # of 512 signs; two vectors of that cosine differ in about 125


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a user asked: where it is kept, when it came, and what it means."""

    key: UUID
    at: datetime
    lang: str
    digest: str
    vector: bytes


@dataclass(slots=True)
class Cluster:
    """What was asked in the same sense."""

    leader: Said
    code: int
    members: list[Said] = field(default_factory=list)

    @property
    def centre(self) -> bytes:
        """The mean direction of the members."""
        if not self.leader.vector:
            return b""
        total = array.array("f", bytes(len(self.leader.vector)))
        for member in self.members:
            for place, value in enumerate(array.array("f", member.vector)):
                total[place] += value
        length = sum(value * value for value in total) ** 0.5 or 1.0
        return array.array("f", (value / length for value in total)).tobytes()

    @property
    def central(self) -> list[Said]:
        """The members, the one nearest to the centre first."""
        centre = self.centre
        return sorted(self.members, key=lambda said: -cosine(centre, said.vector) if centre else 0.0)


def gather(texts: Iterable[Said]) -> list[Cluster]:
    """Clusters, the largest first. Without vectors only what is word for word the same meets."""
    clusters: list[Cluster] = []
    for said in texts:
        code = signs(said.vector) if said.vector else 0
        near = max(clusters, key=lambda cluster: _nearness(said, code, cluster), default=None)
        if near is None or _nearness(said, code, near) < SAME:
            near = Cluster(said, code)
            clusters.append(near)
        near.members.append(said)
    return sorted(clusters, key=lambda cluster: -len(cluster.members))


def _nearness(said: Said, code: int, cluster: Cluster) -> float:
    leader = cluster.leader
    if said.digest and said.digest == leader.digest:
        return 1.0
    if not said.vector or len(said.vector) != len(leader.vector):
        return 0.0
    return cosine(said.vector, leader.vector) if (code ^ cluster.code).bit_count() <= FARTHEST else 0.0
