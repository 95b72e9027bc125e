"""Merkle trees over SHA-256: one digest for a list, and a short proof for each member
of it that shows no other member. The model `int_cohort_merkle_nodes` makes the same
trees in SQL; a test holds the two together.

Leaves and nodes are hashed with a prefix each, so that no node can be passed off as a
leaf; an odd last node goes up as it is. Digests are lower-case hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

LEFT, RIGHT = "left", "right"
Sibling = tuple[str, str]
"""On which side of the path a sibling stands, and its digest."""


def leaf(text: str) -> str:
    return hashlib.sha256(f"leaf:{text}".encode()).hexdigest()


def node(left: str, right: str) -> str:
    return hashlib.sha256(f"node:{left}{right}".encode()).hexdigest()


def levels(leaves: Sequence[str]) -> list[list[str]]:
    """The tree from its leaves up; the last level is the root alone."""
    found = [list(leaves)]
    while len(found[-1]) > 1:
        below = found[-1]
        above = [node(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)]
        found.append(above + below[len(above) * 2 :])
    return found


def root(leaves: Sequence[str]) -> str:
    """The digest of a list of leaves; of an empty one that of the empty text."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    return levels(leaves)[-1][0]


def siblings(leaves: Sequence[str], index: int) -> list[Sibling]:
    """What a leaf is hashed together with on its way to the root."""
    found: list[Sibling] = []
    for level in levels(leaves)[:-1]:
        beside = index ^ 1
        if beside < len(level):
            found.append((LEFT if beside < index else RIGHT, level[beside]))
        index //= 2
    return found


def sides(index: int, count: int) -> list[str]:
    """On which sides the siblings of a leaf stand, in a tree of so many leaves."""
    found = []
    while count > 1:
        beside = index ^ 1
        if beside < count:
            found.append(LEFT if beside < index else RIGHT)
        index, count = index // 2, (count + 1) // 2
    return found


def climb(digest: str, path: Sequence[Sibling]) -> str:
    """The root that a leaf and its siblings give."""
    for side, sibling in path:
        digest = node(sibling, digest) if side == LEFT else node(digest, sibling)
    return digest
