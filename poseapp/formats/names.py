"""From the keypoint names of other tools to ours: by taking the side off and by `resources/keypoint_map.toml`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from functools import cache

from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import Skeleton, counterpart, load_skeleton

DEFAULT = "body21"  # that of the built-in networks: a clip can be analysed again later
_SHIPPED = (DEFAULT, "coco17", "halpe26", "body18", "mpii16", "lsp14", "blazepose33")
_SIDES = {"r": "right", "right": "right", "l": "left", "left": "left"}
_SIGMA = 0.079  # where nobody measured one: the middle of COCO's


@cache
def our_name(name: str) -> str:
    """Return our name of a keypoint of another tool: "RKnee", "knee_r" and "right knee" are all right_knee.

    A name that we do not know keeps its words, in lower case with underscores, the side first.
    """
    broken = re.sub(r"([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])", r"\1\3_\2", name)
    words = [word for word in re.split(r"[^0-9a-z]+", broken.lower()) if word]
    ends = (*words[:1], *words[-1:]) if len(words) > 1 else ()
    side = next((_SIDES[word] for word in ends if word in _SIDES), "")
    rest = "_".join(word for word in words if not side or word not in _SIDES)
    if not side and (match := re.fullmatch(r"(left|right)_?([a-z].*)", rest)):
        side, rest = match.groups()
    known = _aliases().get(rest, rest)
    sided = f"{side}_{rest}" if side else rest
    candidates = [f"{side}_{known}", sided] if side else [known, rest]
    return next((candidate for candidate in candidates if candidate in _known_names()), sided) or name


def our_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return our names of keypoints; of two that would become the same, the later keeps its own name."""
    found: list[str] = []
    for name in names:
        mine = our_name(name)
        found.append(mine if mine not in found else name)
    return tuple(found)


def skeleton_for(names: Sequence[str], bones: Sequence[tuple[int, int]] = (), *, title: str = "") -> Skeleton:
    """Return a skeleton for keypoints of our names: a shipped one that has exactly these, or has all of them and is
    that of the built-in networks; else one of their own, so that nothing is lost.
    """
    for shipped in _SHIPPED:
        if set(load_skeleton(shipped).keypoints) == set(names):
            return load_skeleton(shipped)
    if set(names) <= set(load_skeleton(DEFAULT).keypoints):
        return load_skeleton(DEFAULT)
    return _own_skeleton(names, bones, title)


def _own_skeleton(names: Sequence[str], bones: Sequence[tuple[int, int]], title: str) -> Skeleton:
    known = [load_skeleton(shipped) for shipped in _SHIPPED]
    sigmas = {n: s for skeleton in reversed(known) for n, s in zip(skeleton.keypoints, skeleton.sigmas, strict=True)}
    pairs = [(names[a], names[b]) for a, b in bones]
    if not pairs:
        all_bones = [(s.keypoints[a], s.keypoints[b]) for s in known for a, b in s.bones]
        pairs = list(dict.fromkeys(pair for pair in all_bones if set(pair) <= set(names)))
    limbs = {limb: [n for n in parts if {n, counterpart(n)} <= set(names)] for limb, parts in _limbs(known)}
    virtual = {"mid_hip": ["right_hip", "left_hip"], "mid_shoulder": ["right_shoulder", "left_shoulder"]}
    description = {
        "name": f"imported{len(names)}",
        "title": title or f"{len(names)} imported keypoints",
        "source": "The keypoints of an imported file",
        "keypoints": [{"name": name, "sigma": sigmas.get(name, _SIGMA)} for name in names],
        "bones": pairs,
        "virtual": {name: parts for name, parts in virtual.items() if set(parts) <= set(names)},
        "limbs": {limb: parts for limb, parts in limbs.items() if parts},
        "order": list(names),
    }
    return Skeleton.from_json(json.dumps(description))


def _limbs(skeletons: Sequence[Skeleton]) -> list[tuple[str, tuple[str, ...]]]:
    gathered: dict[str, tuple[str, ...]] = {}
    for skeleton in skeletons:
        for limb, parts in skeleton.limbs:
            gathered[limb] = tuple(dict.fromkeys((*gathered.get(limb, ()), *parts)))
    return list(gathered.items())


@cache
def _known_names() -> frozenset[str]:
    return frozenset(name for shipped in _SHIPPED for name in load_skeleton(shipped).keypoints)


@cache
def _aliases() -> dict[str, str]:
    text = (resources_folder() / "keypoint_map.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["aliases"])
