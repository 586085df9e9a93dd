"""The sample clip and its truth: a person walks across an exercise room, turns and walks back.

    python -m poseapp.training.render.sample OUT

writes OUT/walk.mp4 and OUT/walk_truth.npz, the same pixels every time on the same versions of the libraries.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from poseapp.core.skeleton import AngleDefinition, Skeleton, load_skeleton
from poseapp.training.pack import UInt8
from poseapp.training.render.body import Pose, Proportions, Vector, assemble, keypoints_3d
from poseapp.training.render.figure import Look, dress
from poseapp.training.render.gait import Manner, stride_pose, walk
from poseapp.training.render.raycast import Camera, look_at, render
from poseapp.training.render.studio import LIGHT, Studio, build_studio, floor_shadow

FPS = 30
SECONDS = 8
STRIDE_SECONDS = 1.12


@dataclass(frozen=True)
class Walker:
    """Who walks, and how. Attributes: turn_at, turn_for: when the turn begins and how long it takes, s."""

    size: Proportions
    look: Look
    manner: Manner
    start_x: float
    turn_at: float = 3.25
    turn_for: float = 1.3
    phase: float = 0.1


def sample_walker() -> Walker:
    """Return the person of the sample clip."""
    look = Look(
        skin=np.array([0.87, 0.66, 0.53]), hair=np.array([0.23, 0.15, 0.10]), top=np.array([0.13, 0.47, 0.53]),
        second=np.array([0.9, 0.9, 0.9]), bottom=np.array([0.16, 0.18, 0.25]), shoe=np.array([0.90, 0.45, 0.25]),
        sole=np.array([0.93, 0.93, 0.91]), sock=np.array([0.92, 0.92, 0.92]), sleeve=0.34, legs=0.40, loose=0.007,
    )  # fmt: skip
    return Walker(Proportions(stature=1.76, girth=1.0), look, Manner(), start_x=-2.12)


def sample_camera(width: int = 960, height: int = 540) -> Camera:
    """Return the fixed camera: 7.2 m from the path, 1.15 m high, 5.5 m of the path in view."""
    return look_at(
        np.array([0.0, 1.15, 7.2]), np.array([0.0, 0.98, 0.0]), focal=width * 7.2 / 5.5, width=width, height=height
    )


def walking_poses(walker: Walker, time: Vector) -> tuple[list[Pose], Vector]:
    """Return the poses at times (T,), s, and the heading (T,), degrees: 0 faces picture right, -180 left."""
    progress = np.clip((time - walker.turn_at) / walker.turn_for, 0, 1)
    heading = -180 * (3 * progress**2 - 2 * progress**3)
    effort = 1 - 0.72 * np.exp(-0.5 * ((time - walker.turn_at - walker.turn_for / 2) / 0.36) ** 2)
    phase = walker.phase + time / STRIDE_SECONDS
    poses = [stride_pose(p, walker.manner, heading=h, effort=e) for p, h, e in zip(phase, heading, effort, strict=True)]
    return [_shifted(pose, walker.start_x) for pose in walk(poses, walker.size)], heading


def _shifted(pose: Pose, x: float) -> Pose:
    fields = {name: getattr(pose, name) for name in pose.__dataclass_fields__}
    return Pose(**(fields | {"root": pose.root + np.array([x, 0, 0])}))


def draw_frame(pose: Pose, walker: Walker, camera: Camera, studio: Studio) -> UInt8:
    """Return one frame (H, W, 3)."""
    cones = dress(assemble(walker.size, pose), walker.size, walker.look)
    drawn = render(cones, camera, LIGHT)
    picture = studio.picture * floor_shadow(cones, studio.floor, strength=0.42)[..., None]
    picture = drawn.rgb + (1 - drawn.coverage[..., None]) * picture
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def true_angles(skeleton: Skeleton) -> tuple[AngleDefinition, ...]:
    """Return the A angles that a clip of a walker seen from the side tells the truth about: the sagittal ones."""
    return tuple(definition for definition in skeleton.angles if definition.plane == "sagittal")


def compute_truth_angles(xy: Vector, facing: npt.NDArray[np.integer], skeleton: Skeleton) -> Vector:
    """Return the angles (T, A), degrees, of keypoints (T, K, 2) by the definitions of `angles.toml`.

    Written apart from the application's own computation on purpose: one checks the other.
    """
    seen = xy.astype(np.float64) * np.stack([facing, np.ones_like(facing)], axis=-1)[:, None]
    return np.stack([_angle(seen, definition, skeleton) for definition in true_angles(skeleton)], axis=-1)


def _angle(xy: Vector, definition: AngleDefinition, skeleton: Skeleton) -> Vector:
    points = [skeleton.point(xy, name) for name in definition.points]
    if len(points) == 2:
        dx, dy = (points[0] - points[1]).T
        theta = np.arctan2(dy, dx)
    else:
        u, v = (
            (points[0] - points[1], points[2] - points[1])
            if len(points) == 3
            else (points[1] - points[0], points[3] - points[2])
        )
        theta = -np.arctan2(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], (u * v).sum(axis=1))
    value = (np.rad2deg(theta) + definition.offset) * definition.scale
    half = definition.period / 2
    wrapped: Vector = (value + half) % definition.period - half
    return wrapped


@dataclass(frozen=True)
class Truth:
    """What is true of a rendered clip: keypoints (T, 18, 2) px, angles (T, A) deg, facing (T,) +-1, pts (T,) s."""

    keypoints: Vector
    angles: Vector
    facing: npt.NDArray[np.int64]
    pts: Vector


def walk_truth(walker: Walker, camera: Camera, time: Vector) -> tuple[list[Pose], Truth]:
    """Return the poses of a walk and the truth about them."""
    poses, heading = walking_poses(walker, time)
    points = np.stack([keypoints_3d(assemble(walker.size, pose), walker.size) for pose in poses])
    xy, facing = camera.project(points), np.where(heading > -90, 1, -1)
    return poses, Truth(xy, compute_truth_angles(xy, facing, load_skeleton("body18")), facing, time)


def write_clip(path: Path, frames: Iterator[UInt8], size: tuple[int, int]) -> None:
    """Write RGB frames of (width, height) as H.264, 30 frames/s."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FPS)
        stream.options = {"crf": "21", "preset": "slow", "threads": "1"}
        for i, rgb in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
            frame.pts = i
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def make_sample(out: Path) -> None:
    """Write the clip and its truth into a folder."""
    walker, camera = sample_walker(), sample_camera()
    poses, truth = walk_truth(walker, camera, np.arange(FPS * SECONDS) / FPS)
    studio = build_studio(camera)
    out.mkdir(parents=True, exist_ok=True)
    frames = (draw_frame(pose, walker, camera, studio) for pose in poses)
    write_clip(out / "walk.mp4", frames, (camera.width, camera.height))
    names = [definition.name for definition in true_angles(load_skeleton("body18"))]
    np.savez_compressed(
        out / "walk_truth.npz",
        keypoints=truth.keypoints.astype(np.float32),
        angles=truth.angles.astype(np.float32),
        angle_names=np.array(names),
        keypoint_names=np.array(load_skeleton("body18").keypoints),
        facing=truth.facing.astype(np.int8),
        pts=truth.pts,
    )


def main() -> None:
    """Make the sample clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    make_sample(args.out)


if __name__ == "__main__":
    main()
