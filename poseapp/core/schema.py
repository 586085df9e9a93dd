"""From one keypoint scheme to another: by name, and by the small table `resources/keypoint_map.toml`."""

from __future__ import annotations

import tomllib
from functools import cache

import numpy as np
import numpy.typing as npt

from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import Skeleton, counterpart

Parts = tuple[int, ...]


def map_keypoints(
    xy: npt.NDArray[np.floating], source: Skeleton, target: Skeleton
) -> npt.NDArray[np.float32] | npt.NDArray[np.float64]:
    """Return keypoints in the order of another skeleton.

    A keypoint is taken from the one of its name, else from the mean of those that the table names. What the source
    skeleton has nothing for is NaN, and so is a mean with a part missing: nothing is guessed for one person that
    another of the same scheme would not get. Coordinates may be of any picture or crop: the map commutes with every
    affine map, and with mirroring (flip and exchange of the sides).

    Args:
        xy: (..., K, 2) of the source; NaN = missing.
        source, target: Skeletons of K and K' keypoints.

    Returns:
        (..., K', 2), float32 or float64 like `xy`.

    Raises:
        ValueError: `xy` has not the source's number of keypoints.
    """
    if xy.shape[-2:] != (source.n_keypoints, 2):
        raise ValueError(f"{xy.shape} are not the {source.n_keypoints} keypoints of {source.name}")
    mapped = np.full((*xy.shape[:-2], target.n_keypoints, 2), np.nan, np.result_type(xy, np.float32))
    for column, parts in enumerate(keypoint_parts(source, target)):
        if parts:
            mapped[..., column, :] = xy[..., list(parts), :].mean(axis=-2)
    return mapped


def map_flags(flags: npt.NDArray[np.bool_], source: Skeleton, target: Skeleton) -> npt.NDArray[np.bool_]:
    """Return flags (..., K') of the target's keypoints: set where that of any part (..., K) is, such as "occluded"."""
    mapped = np.zeros((*flags.shape[:-1], target.n_keypoints), np.bool_)
    for column, parts in enumerate(keypoint_parts(source, target)):
        mapped[..., column] = flags[..., list(parts)].any(axis=-1)
    return mapped


@cache
def keypoint_parts(source: Skeleton, target: Skeleton) -> tuple[Parts, ...]:
    """Return, for each keypoint of the target, the indices of the source's whose mean it is; () where it has none."""
    return tuple(_parts(name, source) for name in target.keypoints)


@cache
def upper_keypoints(skeleton: Skeleton) -> tuple[bool, ...]:
    """Tell of each keypoint whether it belongs to the upper body: all but the legs, hips included, and the pelvis.

    The legs are the skeleton's limb "leg" on both sides; a keypoint that the table has from lower ones alone is lower,
    which makes the parts those of HRNet on MPII (leoxiaobin/deep-high-resolution-net.pytorch, lib/dataset/mpii.py).
    """
    leg = dict(skeleton.limbs).get("leg", ())
    lower = {name for near in leg for name in (near, counterpart(near))}
    lower |= {name for name, parts in _derived().items() if lower.issuperset(parts)}
    return tuple(name not in lower for name in skeleton.keypoints)


def _parts(name: str, source: Skeleton) -> Parts:
    if name in source.keypoints:
        return (source.index(name),)
    parts = _derived().get(name, ())
    return tuple(source.index(part) for part in parts) if set(parts) <= set(source.keypoints) else ()


@cache
def _derived() -> dict[str, tuple[str, ...]]:
    text = (resources_folder() / "keypoint_map.toml").read_text(encoding="utf-8")
    return {
        entry["name"].format(side=side): tuple(part.format(side=side) for part in entry["from"])
        for entry in tomllib.loads(text)["derived"]
        for side in ("right", "left")
    }
