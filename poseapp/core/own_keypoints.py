"""Keypoints that a project adds to a skeleton: a racket's tip, a shoe's heel, a marker.

They are appended at the end, so what was said of the others by number, by networks and by people, still holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import Skeleton, counterpart, side_of

MAX_OWN = 32
_SIGMA = 0.079  # OKS constant of a keypoint that hangs on nothing: that of a shoulder, neither sharp nor vague
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40
_LONGEST_OF_ALL = 64  # characters of a skeleton's name, as `core.spec_check` has it


@dataclass(frozen=True)
class OwnKeypoint:
    """One keypoint beside those of a skeleton.

    Attributes:
        name: Lower case, side first, such as `right_racket_tip`.
        bones: Names of the keypoints before it that it hangs on.
        former: Names that it had before; older networks know it by them.
    """

    name: str
    bones: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, today's first."""
        return (self.name, *self.former)


def extended(skeleton: Skeleton, own: Iterable[OwnKeypoint]) -> Skeleton:
    """Return a skeleton with keypoints appended; names with sides that match become mirror pairs.

    A pair that hangs on a limb swaps sides together with it. The OKS constant is that of the first keypoint it hangs
    on. Adding one after the other is the same as adding all at once.

    Raises:
        BadInputError: A name that cannot be used, or a bone to a keypoint that is not there.
    """
    for point in own:
        skeleton = _with(skeleton, point)
    return skeleton


def check_name(skeleton: Skeleton, name: str) -> None:
    """Tell whether a keypoint of one's own can be called so.

    Raises:
        BadInputError: Why not, and what to do.
    """
    words = name.split("_")
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        remedy = "Use small letters, digits and _ between words, such as right_racket_tip"
        raise BadInputError(f"a keypoint cannot be called {name!r}", remedy=remedy)
    if {"left", "right"} & set(words[1:]) or name in ("left", "right", "middle"):
        side = next((word for word in words if word in ("left", "right")), "right")
        rest = "_".join(word for word in words if word not in ("left", "right", "middle")) or "marker"
        raise BadInputError(f"the side comes first, so not {name!r}", remedy=f"Call it {side}_{rest}")
    if skeleton.has(name):
        raise BadInputError(f"there is a keypoint {name} already", remedy="Choose another name")


def appended_by(longer: Skeleton, shorter: Skeleton) -> tuple[OwnKeypoint, ...]:
    """Return what a skeleton has beside the keypoints of one that it extends.

    Raises:
        ValueError: It does not extend that one.
    """
    if not longer.extends(shorter):
        raise ValueError(f"{longer.name} does not begin as {shorter.name} does")
    names = longer.keypoints
    return tuple(
        OwnKeypoint(names[k], tuple(names[min(bone)] for bone in longer.bones if max(bone) == k))
        for k in range(shorter.n_keypoints, longer.n_keypoints)
    )


def reads(skeleton: Skeleton, network: Skeleton) -> bool:
    """Tell whether poses of a skeleton can be read from a network: one begins with the keypoints of the other."""
    return network.extends(skeleton) or skeleton.extends(network)


def columns_between(
    before: Sequence[OwnKeypoint], after: Sequence[OwnKeypoint], n_base: int
) -> tuple[tuple[int, int], ...]:
    """Return (column before, column after) of every keypoint that is there both times, `n_base` shared ones included.

    Lists of one length list the same keypoints, some under another name; else they are known by their names.
    """
    if len(before) == len(after):
        return tuple((k, k) for k in range(n_base + len(before)))
    places = {point.name: i for i, point in enumerate(after)}
    kept = [(i, places[point.name]) for i, point in enumerate(before) if point.name in places]
    return (*((k, k) for k in range(n_base)), *((n_base + i, n_base + j) for i, j in kept))


def columns_of_network(network: Skeleton, skeleton: Skeleton, own: Sequence[OwnKeypoint]) -> tuple[int, ...]:
    """Return, for each keypoint of a project's skeleton, the network's column that predicts it; -1 without one.

    The keypoints before the own ones have the same numbers; own ones are found by any name they have had.
    """
    n_base = skeleton.n_keypoints - len(own)
    tail = {name: k for k, name in enumerate(network.keypoints) if k >= n_base}
    found = (next((tail[name] for name in point.names if name in tail), -1) for point in own)
    return (*(k if k < network.n_keypoints else -1 for k in range(n_base)), *found)


def unknown_to(network: Skeleton, own: Sequence[OwnKeypoint]) -> tuple[OwnKeypoint, ...]:
    """Return the own keypoints that a network has by none of their names, with the bones that it could draw."""
    names = set(network.keypoints)
    found: list[OwnKeypoint] = []
    for point in own:
        if names.isdisjoint(point.names):
            found.append(replace(point, bones=tuple(end for end in point.bones if end in names)))
            names.add(point.name)
    return tuple(found)


def as_known_to(network: Skeleton, skeleton: Skeleton, own: Sequence[OwnKeypoint]) -> Skeleton:
    """Return a project's skeleton with its own keypoints called as a network calls them; the rest is as it was."""
    known = {point.name: next((name for name in point.names if name in network.keypoints), point.name) for point in own}
    return replace(skeleton, keypoints=tuple(known.get(name, name) for name in skeleton.keypoints))


def _with(skeleton: Skeleton, point: OwnKeypoint) -> Skeleton:
    name = point.name
    check_name(skeleton, name)
    missing = [end for end in point.bones if end not in skeleton.keypoints]
    if missing or len(set(point.bones)) != len(point.bones):
        what = f"{name} cannot hang on {missing[0]}" if missing else f"{name} hangs on a keypoint twice"
        raise BadInputError(what, remedy="Choose among the keypoints that are there")
    K, ends = skeleton.n_keypoints, [skeleton.index(end) for end in point.bones]
    names = (*skeleton.keypoints, name)
    other = skeleton.index(counterpart(name)) if counterpart(name) in skeleton.keypoints else K
    mirror = [*skeleton.mirror, other]
    mirror[other] = K
    return replace(
        skeleton,
        name=f"{skeleton.name}+{name}"[:_LONGEST_OF_ALL],
        title=f"{skeleton.title} + {name.replace('_', ' ')}",
        keypoints=names,
        bones=(*skeleton.bones, *((end, K) for end in ends)),
        mirror=tuple(mirror),
        sigmas=(*skeleton.sigmas, skeleton.sigmas[ends[0]] if ends else _SIGMA),
        limbs=tuple((limb, _joined(limb_names, skeleton, other, name)) for limb, limb_names in skeleton.limbs),
        order=(*skeleton.order, K),
        links=(*skeleton.links, *((end, K) for end in ends)),
    )


def _joined(members: tuple[str, ...], skeleton: Skeleton, other: int, name: str) -> tuple[str, ...]:
    """Return the members of a limb, with the left one of a pair whose first half hangs on it."""
    if other == skeleton.n_keypoints or side_of(name) == "middle":
        return members
    both = {*members, *(counterpart(member) for member in members)}
    hangs = any(other == max(bone) and skeleton.keypoints[min(bone)] in both for bone in skeleton.bones)
    return (*members, name if name.startswith("left_") else counterpart(name)) if hangs else members
