"""Pictures of random people walking through the exercise room: the sample clip's like, never the clip itself.

python -m poseapp.training.render.walks OUT.npz --count 400 --seed 1
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from poseapp.core.types import Float32
from poseapp.training.pack import Pack, UInt8, write_pack
from poseapp.training.render.body import Vector
from poseapp.training.render.figure import random_look, random_proportions
from poseapp.training.render.gait import Manner
from poseapp.training.render.raycast import Camera, look_at
from poseapp.training.render.sample import Walker, draw_frame, walk_truth
from poseapp.training.render.studio import build_studio

PICTURES_A_ROOM = 40
MARGIN = 1.9  # side of the picture cut out, over the height of the person


def random_walker(rng: np.random.Generator) -> Walker:
    """Return somebody else, walking otherwise, at another time of the turn."""
    manner = Manner(
        stride=rng.uniform(0.7, 1.15),
        arms=rng.uniform(0.3, 1.5),
        knee=rng.uniform(0.8, 1.15),
        lean=rng.uniform(-1, 8),
        elbow=rng.uniform(0, 15),
    )
    return Walker(random_proportions(rng), random_look(rng), manner, start_x=-1.9, phase=rng.random())


def random_room_camera(rng: np.random.Generator) -> Camera:
    """Return a camera in front of the room, not quite square to the path."""
    position = np.array([rng.uniform(-1.5, 1.5), rng.uniform(0.7, 1.7), rng.uniform(5.5, 8.5)])
    target = np.array([rng.uniform(-0.3, 0.3), rng.uniform(0.8, 1.1), 0.0])
    return look_at(position, target, focal=640 * position[2] / rng.uniform(5.0, 6.5), width=640, height=400)


def random_walks(count: int, seed: int) -> Pack:
    """Return pictures cut about random walkers. Same seed, same pictures."""
    rng = np.random.default_rng([8, seed])
    made: list[tuple[UInt8, Float32]] = []
    while len(made) < count:
        camera = random_room_camera(rng)
        studio = build_studio(camera, samples=1)
        tint = rng.uniform(0.7, 1.15, 3).astype(np.float32)
        studio = replace(studio, picture=np.clip(studio.picture * tint, 0, 1))
        for _ in range(min(PICTURES_A_ROOM, count - len(made))):
            walker = random_walker(rng)
            poses, truth = walk_truth(walker, camera, np.arange(0, 7.0, 0.1))
            moment = int(rng.integers(len(poses)))
            frame = draw_frame(poses[moment], walker, camera, studio)
            made.append(cut_out(frame, truth.keypoints[moment]))
    return Pack(tuple(m[0] for m in made), np.stack([m[1] for m in made]))


def cut_out(frame: UInt8, keypoints: Vector) -> tuple[UInt8, Float32]:
    """Return the part of a frame about a person, and the keypoints in it."""
    low, high = keypoints.min(axis=0), keypoints.max(axis=0)
    centre, half = (low + high) / 2, MARGIN * float((high - low).max()) / 2
    left, top = (max(0, int(v)) for v in centre - half)
    right, bottom = (int(v) for v in centre + half + 1)
    return np.ascontiguousarray(frame[top:bottom, left:right]), (keypoints - (left, top)).astype(np.float32)


def main() -> None:
    """Write a pack of random walkers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    write_pack(args.out, random_walks(args.count, args.seed))


if __name__ == "__main__":
    main()
