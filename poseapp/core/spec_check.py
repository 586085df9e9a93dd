"""What a network may say of itself: descriptions come from strangers too, and what they hold reaches files and sums."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ModelSpec

MAX_KEYPOINTS = 256
_MAX_SIDE = 2048  # input px
_LARGEST = 1e6  # of any number: float32 holds its square, and what it divides
_LONGEST_NAME, _LONGEST_TEXT = 64, 4000
_SEPARATORS = frozenset("/\\:")  # names become columns, datasets and files
_ACTIVATIONS, _DECODERS = ("none", "sigmoid"), ("soft-argmax", "argmax")


def check_spec(spec: ModelSpec) -> None:
    """Raise ValueError, in words, unless everything in a network's description can be used as it is."""
    _check_name(spec.name, "the network")
    for word in ("title", "architecture", "source", "licence", "sha256", "file_sha256"):
        _check_text(getattr(spec, word), word)
    _check_size(spec.input_size)
    for word in ("mean", "std"):
        _check_numbers(getattr(spec, word), 3, word)
    _check_numbers(spec.offset, 2, "offset")
    _check_numbers((spec.beta, spec.crop_factor, spec.confidence_gain), 3, "beta, crop_factor or confidence_gain")
    if min(*spec.std, spec.beta, spec.crop_factor, spec.confidence_gain) < 1 / _LARGEST:
        raise ValueError("std, beta, crop_factor and confidence_gain must be positive")
    if spec.activation not in _ACTIVATIONS or spec.decode not in _DECODERS or not isinstance(spec.flip_test, bool):
        raise ValueError("it asks for a way of decoding that is not there")
    if spec.calibration is not None and not all(type(index) is int for index in spec.calibration.curve_of):
        raise ValueError("the calibration's curves must be named by whole numbers")
    check_skeleton(spec.skeleton)


def check_skeleton(skeleton: Skeleton) -> None:
    """Raise ValueError, in words, unless a skeleton has few enough keypoints, safe names, and points that exist."""
    if not 1 <= skeleton.n_keypoints <= MAX_KEYPOINTS:
        raise ValueError(f"a skeleton of {skeleton.n_keypoints} keypoints; 1 to {MAX_KEYPOINTS} can be used")
    _check_name(skeleton.name, "the skeleton")
    _check_text(skeleton.title, "title")
    _check_text(skeleton.source, "source")
    groups = (*skeleton.virtual, *skeleton.limbs)
    for name in (*skeleton.keypoints, *(name for name, _ in groups)):
        _check_name(name, "a keypoint")
    if not all(math.isfinite(sigma) and sigma > 0 for sigma in skeleton.sigmas):
        raise ValueError("the OKS constants must be finite and positive")
    _check_parts(skeleton)
    if len(set(skeleton.order)) != len(skeleton.order):
        raise ValueError("a keypoint is twice in the order of editing")


def _check_parts(skeleton: Skeleton) -> None:
    """A virtual point may be made of keypoints and of the virtual points before it: never of itself."""
    known = set(skeleton.keypoints)
    for name, parts in skeleton.virtual:
        if name in known or not parts or not known.issuperset(parts):
            raise ValueError(f"the virtual point {name!r} is made of what is not there")
        known.add(name)
    if any(not set(skeleton.keypoints).issuperset(parts) for _, parts in skeleton.limbs):
        raise ValueError("a limb has a keypoint that is not there")


def _check_name(name: Any, whose: str) -> None:
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        raise ValueError(f"the name of {whose} must have 1 to {_LONGEST_NAME} characters")
    if not name.isprintable() or _SEPARATORS.intersection(name) or name.startswith("."):
        raise ValueError(f"the name of {whose} holds characters that no name may have: {name[:40]!r}")


def _check_text(text: Any, word: str) -> None:
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise ValueError(f"{word} must be a text of at most {_LONGEST_TEXT} characters")
    if not all(letter.isprintable() or letter in "\n\t" for letter in text):
        raise ValueError(f"{word} holds control characters")


def _check_size(size: Any) -> None:
    if len(size) != 2 or not all(type(side) is int and 1 <= side <= _MAX_SIDE for side in size):
        raise ValueError(f"the input must be 1 to {_MAX_SIDE} px high and wide")


def _check_numbers(values: Iterable[Any], count: int, word: str) -> None:
    numbers = tuple(values)
    if len(numbers) != count or not all(type(n) in (int, float) and abs(n) <= _LARGEST for n in numbers):
        raise ValueError(f"{word} must be {count} numbers of at most {_LARGEST:.0f}")
