"""Checks a recording by what was found in it: view, size, frame rate, blur, what is cut off, and a tilted camera."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from poseapp.core.analysis import PersonMeasures
from poseapp.core.quality import ORDER, Finding, Sharpness
from poseapp.core.scene import Scene
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, ClipInfo, Float64
from poseapp.kinematics.scene_scale import body_height_px, floor_degrees
from poseapp.kinematics.view import FULL_BREADTH, signed_breadth

SAGITTAL, FRONTAL = 25.0, 65.0  # degrees off the side: between them a view is neither
SMALL, TINY = 150.0, 80.0  # px of body height; the networks see a person at about 250 px
CUT_SHARE = 0.1  # of the frames with feet or head outside
TURN = 12.0  # degrees that a joint may turn between two frames; a walking knee at 30 frames/s turns by 10
FASTEST = 0.9  # quantile of the angular speeds that counts: what is wrong in single frames looks fast, too
IN_PLANE = 0.3  # of the frames in which an angle must lie in the plane of the picture to tell anything
_LARGE = ("knee_flexion", "hip_flexion", "elbow_flexion", "shoulder_flexion")  # small joints are noisy
LOW_RATE = 24.0  # frames/s
PAUSE = 1.9  # longest step between frames over the usual one
UNSHARP = 5.0  # of `video.sharpness`: as by a Gaussian of 0.6 % of the body height, or a smear over 4 % of it
TILT = 2.0  # degrees of the floor
LYING = 50.0  # degrees off the vertical of the trunk, usually
SEEN = 0.8  # of the frames
SAME_RATE = 0.05
_TRUNK = 0.288  # of stature (Winter 2009, fig. 4.1)


def check_recording(
    clip: ClipInfo,
    measures: PersonMeasures,
    skeleton: Skeleton,
    *,
    scene: Scene | None = None,
    sharpness: Sequence[Sharpness] = (),
) -> tuple[Finding, ...]:
    """Check what was recorded of a person.

    Args:
        clip: With the times at which its frames were recorded.
        measures: Of the person, over the T frames.
        skeleton: Of the keypoints.
        scene: What was said of the recording; None for nothing.
        sharpness: Of some frames; () where no picture was looked at.

    Returns:
        Findings, the gravest first; () for a good recording, or one in which nobody is seen.
    """
    scene = scene or Scene()
    xy = np.asarray(measures.final, dtype=np.float64)
    time = np.asarray(clip.pts, dtype=np.float64)
    seen = np.isfinite(xy[..., 0]).sum(axis=1) >= min(6, skeleton.n_keypoints)
    if not seen.any():
        return ()
    found = [
        _check_view(xy, skeleton),
        _check_size(xy, skeleton),
        _check_edges(xy, skeleton, clip, "feet"),
        _check_edges(xy, skeleton, clip, "head"),
        _check_seen(seen),
        _check_rate(measures, time),
        _check_steps(clip, time),
        _check_slow_motion(clip, scene),
        _check_blur(sharpness),
        _check_floor(np.asarray(measures.filtered, np.float64), time, skeleton, scene),
        _check_upright(xy, skeleton, clip),
    ]
    known = [finding for finding in found if finding is not None]
    return tuple(sorted(known, key=lambda finding: ORDER.index(finding.severity)))


def _height(xy: Float64, skeleton: Skeleton) -> float:
    """Return the body height, px; by the trunk alone where the legs are not seen."""
    height = body_height_px(xy, skeleton)
    if math.isfinite(height) or not (skeleton.has("mid_hip") and skeleton.has("mid_shoulder")):
        return height
    trunk = skeleton.point(xy, "mid_shoulder") - skeleton.point(xy, "mid_hip")
    lengths = np.hypot(trunk[:, 0], trunk[:, 1])
    known = lengths[np.isfinite(lengths)]
    return float(np.median(known)) / _TRUNK if len(known) else math.nan


def view_degrees(xy: Float64, skeleton: Skeleton) -> float:
    """Return by how much a person is turned from a view from the side, degrees: 0 side, 90 front or back; NaN unknown.

    From how far hips and shoulders stand apart in the median frame, against the trunk: sin(angle) of what they do in
    a view from the front.
    """
    breadth = signed_breadth(xy, skeleton)
    known = np.abs(breadth[np.isfinite(breadth)])
    return math.degrees(math.asin(min(1.0, float(np.median(known)) / FULL_BREADTH))) if len(known) else math.nan


def _check_view(xy: Float64, skeleton: Skeleton) -> Finding | None:
    turned = view_degrees(xy, skeleton)
    if not SAGITTAL < turned < FRONTAL:
        return None
    return Finding(
        "oblique view",
        "problem" if SAGITTAL + 10 < turned < FRONTAL - 10 else "warning",
        f"The camera looks at the person obliquely, about {turned:.0f}° from the side.",
        "Angles in the plane of the picture are then smaller than the real ones.",
        "Film straight from the side, or straight from the front for angles of the frontal plane.",
    )


def _check_size(xy: Float64, skeleton: Skeleton) -> Finding | None:
    height = _height(xy, skeleton)
    if not height < SMALL:
        return None
    return Finding(
        "small person",
        "problem" if height < TINY else "warning",
        f"The person is only about {height:.0f} px tall in the picture.",
        f"A keypoint that is off by one pixel is off by {100 / height:.1f} % of the body height.",
        f"Come nearer or record in a higher resolution, so that the person is more than {SMALL:.0f} px tall.",
    )


def _check_edges(xy: Float64, skeleton: Skeleton, clip: ClipInfo, part: str) -> Finding | None:
    """Look whether feet or head are at the edge of the picture, or missing where they would be outside."""
    height = _height(xy, skeleton)
    if not math.isfinite(height):
        return None
    margin = 0.01 * height
    share = max((_outside(xy, skeleton, clip, name, margin) for name in _named(skeleton, part)), default=0.0)
    if share < CUT_SHARE:
        return None
    return Finding(
        f"cropped {part}",
        "problem" if share > 0.5 else "warning",
        f"The {part} {'are' if part == 'feet' else 'is'} outside the picture in {100 * share:.0f} % of the frames.",
        "What is not seen is guessed or missing, and with it its angles." if part == "feet" else
        "The height of the body and the angle of the head are then guessed or missing.",
        "Leave some floor below the feet and some room above the head.",
    )  # fmt: skip


def _named(skeleton: Skeleton, part: str) -> list[tuple[str, str, str]]:
    """Return (keypoint, the one before it, the one before that): where it would be is told from these two."""
    if part == "head":
        name = next((n for n in ("head_top", "nose") if skeleton.has(n)), "")
        return [(name, "neck" if skeleton.has("neck") else "mid_shoulder", "mid_hip")] if name else []
    lowest = [n for n in ("heel", "big_toe") if skeleton.has(f"right_{n}")] or ["ankle"]
    return [(f"{s}_{n}", f"{s}_knee", f"{s}_hip") for s in ("right", "left") for n in lowest]


def _outside(xy: Float64, skeleton: Skeleton, clip: ClipInfo, names: tuple[str, str, str], margin: float) -> float:
    """Return the share of frames in which a keypoint lies outside the picture or at its edge, or would do so."""
    if not all(skeleton.has(name) for name in names):
        return 0.0
    point, before, root = (skeleton.point(xy, name) for name in names)
    ahead = before + (before - root) * (0.5 if names[2] == "mid_hip" else 1.15)
    place = np.where(np.isfinite(point), point, ahead)
    known = np.isfinite(place[:, 0]) & np.isfinite(place[:, 1])
    limits = np.array([clip.width - 1, clip.height - 1]) - margin
    place = place[known]
    out = (place < margin).any(axis=1) | (place > limits).any(axis=1)
    return float(np.mean(out)) if len(place) else 0.0


def _check_seen(seen: Array) -> Finding | None:
    share = float(seen.mean())
    if share >= SEEN:
        return None
    return Finding(
        "often unseen",
        "warning",
        f"The person is seen in {100 * share:.0f} % of the frames only.",
        "Events and ranges of movement hold for these frames alone.",
        "Cut the clip to where the person is in the picture, or set a working zone.",
    )


def _check_rate(measures: PersonMeasures, time: Float64) -> Finding | None:
    if len(time) < 3:
        return None
    step = float(np.median(np.diff(time)))
    fast = [(_fastest(measures, column), d.title)
            for column, d in enumerate(measures.angles.definitions) if d.name.endswith(_LARGE)]  # fmt: skip
    speed, title = max(((value, title) for value, title in fast if math.isfinite(value)), default=(0.0, ""))
    turn = speed * step
    if turn <= TURN and 1 / step >= LOW_RATE:
        return None
    what = f"Frames are {1000 * step:.0f} ms apart ({1 / step:.4g} frames/s)"
    what += (
        f", in which {title[:1].lower()}{title[1:]} changes by {turn:.0f}° or more in a tenth of them."
        if turn > TURN
        else "."
    )
    return Finding(
        "low frame rate",
        "problem" if turn > 2 * TURN else "warning",
        what,
        "Peaks between two frames are missed, and angular velocities come out too low.",
        f"Record at {_better_rate(turn / step):.0f} frames/s or more, with enough light.",
    )


def _fastest(measures: PersonMeasures, column: int) -> float:
    """Return degrees/s that an angle is faster than in a tenth of the frames; NaN where it is mostly out of plane."""
    known = np.isfinite(measures.angles.velocity[:, column]) & (measures.angles.plane[:, column] == 0)
    if known.mean() < IN_PLANE:
        return math.nan
    return float(np.quantile(np.abs(measures.angles.velocity[known, column]), FASTEST))


def _better_rate(degrees_per_second: float) -> float:
    """Return the usual frame rate at which such a speed makes no more than `TURN` a frame."""
    return next((rate for rate in (60.0, 120.0, 240.0) if degrees_per_second / rate <= TURN), 240.0)


def _check_steps(clip: ClipInfo, time: Float64) -> Finding | None:
    if len(time) < 3:
        return None
    steps = np.diff(time)
    usual, longest = float(np.median(steps)), float(steps.max())
    if not clip.variable_rate and longest < PAUSE * usual:
        return None
    return Finding(
        "uneven frames",
        "warning" if longest > PAUSE * usual else "note",
        f"The frames come unevenly: mostly every {1000 * usual:.0f} ms, once after {1000 * longest:.0f} ms.",
        "Times are true, but what happens in a long step is not seen.",
        "Switch the camera to a constant frame rate, and give it enough light.",
    )


def _check_slow_motion(clip: ClipInfo, scene: Scene) -> Finding | None:
    told = clip.capture_fps
    if scene.capture_fps or not told or not clip.fps or abs(told / clip.fps - 1) < SAME_RATE:
        return None
    return Finding(
        "slow motion",
        "problem",
        f"The file says that it was recorded at {told:.4g} frames/s; it plays at {clip.fps:.4g}.",
        f"If that is so, all times are {told / clip.fps:.3g} times too long and all speeds too low.",
        "Say the capture rate in Measure › Scale and time of the recording, or with --capture-fps.",
    )


def _check_blur(sharpness: Sequence[Sharpness]) -> Finding | None:
    known = [one.edges for one in sharpness if math.isfinite(one.edges)]
    if not known or float(np.median(known)) >= UNSHARP:
        return None
    share = sum(edges < UNSHARP for edges in known) / len(known)
    return Finding(
        "blur",
        "warning",
        f"The person is blurred in {100 * share:.0f} % of the frames that were looked at.",
        "Keypoints then lie anywhere within the blur, most of all in fast movements.",
        "Use more light and a shorter exposure, focus on the person, and put the camera on a tripod.",
    )


def _check_floor(xy: Float64, time: Float64, skeleton: Skeleton, scene: Scene) -> Finding | None:
    rise = floor_degrees(xy, time, skeleton)
    if scene.floor_degrees or not abs(rise) > TILT:
        return None
    return Finding(
        "tilted camera",
        "warning",
        f"The floor rises by {rise:+.1f}° to the right in the picture.".replace("-", "−"),
        "Angles to the vertical, as of trunk, thigh and shank, are off by as much.",
        "Level the camera, or lay the floor level in Measure › Scale and time of the recording.",
    )


def _check_upright(xy: Float64, skeleton: Skeleton, clip: ClipInfo) -> Finding | None:
    if not (skeleton.has("mid_hip") and skeleton.has("mid_shoulder")):
        return None
    trunk = skeleton.point(xy, "mid_shoulder") - skeleton.point(xy, "mid_hip")
    lean = np.degrees(np.arctan2(trunk[:, 0], -trunk[:, 1]))
    known = np.abs(lean[np.isfinite(lean)])
    if not len(known) or float(np.median(known)) < LYING:
        return None
    turned = f" The file asks to be turned by {clip.rotation}°, which was done." if clip.rotation else ""
    return Finding(
        "turned picture",
        "warning",
        f"The trunk is usually {np.median(known):.0f}° off the vertical.{turned}",
        "Where the person does not lie, the picture is turned, and angles to the vertical mean nothing.",
        "Turn the video upright with any video program and analyse it again, unless the person lies.",
    )
