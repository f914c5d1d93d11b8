"""Which of last night's topics each of tonight's groups is: by the voices that they share, no table.

A topic goes on in the group that holds most of it. What people formed is not taken apart again: each group that
lies mostly within such a topic is that topic.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

# So much of a group must come from a topic that people formed.
_WITHIN = 0.5


def matched(
    groups: Sequence[int], before: Sequence[Key | None], kept: Collection[Key] = ()
) -> dict[int, Key | None]:
    """The topic of each group, None for a new one. `before` holds the topic of each voice, None when it had none."""
    shared = Counter((group, was) for group, was in zip(groups, before, strict=True) if was is not None)
    sizes = Counter(groups)
    found: dict[int, Key | None] = dict.fromkeys(groups)
    taken: set[Key] = set()
    for (group, was), count in shared.most_common():
        if found[group] is None and was in kept and count >= _WITHIN * sizes[group]:
            found[group] = was
            taken.add(was)
    for (group, was), _count in shared.most_common():
        if found[group] is None and was not in taken:
            found[group] = was
            taken.add(was)
    return found


def heirs(before: Sequence[Key | None], after: Sequence[Key]) -> dict[Key, Key]:
    """For each topic that has no voice left: where most of its voices went."""
    moved = Counter((was, now) for was, now in zip(before, after, strict=True) if was is not None)
    gone = {was for was, _now in moved} - set(after)
    found: dict[Key, Key] = {}
    for (was, now), _count in moved.most_common():
        if was in gone:
            found.setdefault(was, now)
    return found
