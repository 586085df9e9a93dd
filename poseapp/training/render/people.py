"""Pictures of random rendered people with exact keypoints: training data that costs nobody an afternoon.

python -m poseapp.training.render.people OUT.npz --count 2000 --seed 1
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float32
from poseapp.training.pack import Pack, UInt8, read_unlabelled, write_pack
from poseapp.training.render.backdrop import random_backdrop
from poseapp.training.render.body import Pose, Proportions, Vector, assemble, keypoints_3d
from poseapp.training.render.figure import Look, dress, random_look, random_proportions
from poseapp.training.render.poses import arms_before_body, random_pose
from poseapp.training.render.raycast import Camera, Cone, Light, Rendered, look_at, render

log = logging.getLogger(__name__)
SIZE = 208
BARE = 0.5  # of the people with arms before the body have nothing on above the waist
HIDDEN = 0.10  # m that something must lie in front of a keypoint to hide it


@dataclass(frozen=True)
class Figure:
    """A drawn person: the picture's layers, keypoints (18, 2) px, and which of them can be seen (18,)."""

    drawn: Rendered
    keypoints: Vector
    visible: npt.NDArray[np.bool_]


def draw(
    pose: Pose, size: Proportions, look: Look, camera: Camera, light: Light, *, things: tuple[Cone, ...] = ()
) -> Figure:
    """Draw a person among things and say where the keypoints are; outside the picture they are not visible."""
    body = assemble(size, pose)
    points = keypoints_3d(body, size)
    drawn = render([*dress(body, size, look), *things], camera, light)
    xy = camera.project(points)
    column, row = np.rint(xy).astype(int).T
    inside = (column >= 0) & (column < camera.width) & (row >= 0) & (row < camera.height)
    surface = drawn.depth[row.clip(0, camera.height - 1), column.clip(0, camera.width - 1)]
    return Figure(drawn, xy, inside & (surface > -camera.to_camera(points)[:, 2] - HIDDEN))


def random_light(rng: np.random.Generator) -> Light:
    """Return a lamp from above and a sky, bright to dim."""
    direction = rng.normal(size=3) + np.array([0, 1.2, 0.8])
    tint = 1 + rng.normal(0, 0.06, 3)
    key = rng.uniform(0.35, 0.9)
    return Light(
        direction / np.linalg.norm(direction),
        key * tint,
        rng.uniform(0.25, 0.6) * (2 - tint),
        rng.uniform(0.1, 0.35) * np.ones(3),
    )


def random_camera(centre: Vector, extent: float, size: int, rng: np.random.Generator) -> Camera:
    """Return a camera 2.5 to 9 m away, from knee height to above the head, that shows the whole person."""
    distance, pitch = rng.uniform(2.5, 9), np.deg2rad(rng.normal(4, 9))
    position = centre + distance * np.array([0, np.sin(pitch), np.cos(pitch)])
    focal = distance * size * rng.uniform(0.62, 0.82) / extent
    target = centre + rng.normal(0, 0.04, 3) * extent
    return look_at(position, target, focal=focal, width=size, height=size)


def shadow(camera: Camera, points: Vector, strength: float) -> Float32:
    """Return how much light (H, W) reaches the floor under the lowest keypoint, 0..1."""
    mask = np.zeros((camera.height, camera.width), np.float32)
    ground = points.copy()
    ground[:, 1] = points[:, 1].min() - 0.03
    xy = camera.project(ground)
    for x, y in xy:
        radius = max(2, int(0.11 * camera.focal / 5))
        cv2.ellipse(mask, (int(x), int(y)), (2 * radius, max(1, radius // 2)), 0, 0, 360, 1.0, -1)
    blur = cv2.GaussianBlur(mask, (0, 0), camera.height / 60)
    return np.asarray(1 - strength * blur, np.float32)


def random_person(
    seed: int, photos: tuple[UInt8, ...] = (), size: int = SIZE, *, arms: bool = False
) -> tuple[UInt8, Float32]:
    """Return a picture (size, size, 3) of one random person and the keypoints (18, 2), px. Same seed, same picture.

    With `arms`, an arm or both are before the body, which is bare half the time.
    """
    rng = np.random.default_rng([18, seed])
    body_size, look = random_proportions(rng), random_look(rng, bare=BARE) if arms else random_look(rng)
    light, pose = random_light(rng), arms_before_body(rng) if arms else random_pose(rng)
    points = keypoints_3d(assemble(body_size, pose), body_size)
    low, high = points.min(axis=0), points.max(axis=0)
    camera = random_camera((low + high) / 2, float((high - low).max()), size, rng)
    picture = random_backdrop((size, size), rng, photos)
    if rng.random() < 0.12:
        picture = _bystander(picture, camera, light, rng)
    if rng.random() < 0.6:
        picture = picture * shadow(camera, points, rng.uniform(0.1, 0.6))[..., None]
    figure = draw(pose, body_size, look, camera, light)
    picture = figure.drawn.rgb + (1 - figure.drawn.coverage[..., None]) * picture
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8), figure.keypoints.astype(np.float32)


def _bystander(picture: Float32, camera: Camera, light: Light, rng: np.random.Generator) -> Float32:
    """Put somebody else 1 to 3 m behind, to the side."""
    pose = random_pose(rng)
    place = np.array([rng.choice([-1, 1]) * rng.uniform(0.5, 1.6), rng.uniform(-0.2, 0.3), rng.uniform(-3, -1)])
    figure = draw(replace(pose, root=place), random_proportions(rng), random_look(rng), camera, light)
    return np.asarray(figure.drawn.rgb + (1 - figure.drawn.coverage[..., None]) * picture, np.float32)


def main() -> None:
    """Write a pack of random people."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first picture; the others follow")
    parser.add_argument("--photos", type=Path, help="zip file of photographs for backgrounds")
    parser.add_argument("--arms", action="store_true", help="arms before the body, seen from the front")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    photos = read_unlabelled(args.photos, 1)[0].images if args.photos else ()
    made = []
    for i in range(args.count):
        made.append(random_person(args.seed + i, photos, arms=args.arms))
        if i % 200 == 0:
            log.info("%d of %d", i, args.count)
    write_pack(args.out, Pack(tuple(m[0] for m in made), np.stack([m[1] for m in made])))


if __name__ == "__main__":
    main()
