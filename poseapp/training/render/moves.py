"""Pictures of people walking, running, squatting and standing up, filmed from the side as a clinic or a gym films them.

python -m poseapp.training.render.moves OUT.npz --count 2400 --seed 1 --backgrounds NEGATIVES.npz

Feet are on the floor, cameras at the height of a tripod or a hand, and what tells the near leg from the far one is
there to be learnt: the near one covers the other, casts its shadow on it, stands lower in the picture, and the toes
point where the person faces.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from poseapp.core.types import Float32
from poseapp.training.pack import Pack, UInt8, read_pack, write_pack
from poseapp.training.render.backdrop import of_photograph, random_backdrop
from poseapp.training.render.body import Pose, Proportions, Vector, Y, Z, assemble, keypoints_3d, lowest_point, rotation
from poseapp.training.render.figure import Look, dress, random_look, random_proportions
from poseapp.training.render.people import draw, shadow
from poseapp.training.render.poses import lunging, running, standing, walking
from poseapp.training.render.raycast import Camera, Cone, Light, look_at

log = logging.getLogger(__name__)
SIZE = 200
BEFORE_PICTURES = 0.6  # share of the scenes
ASIDE, AWAY = (0.45, 1.7), (-2.5, 0.9)  # m of other people: to either side, and towards the camera
SIDE_VIEWS = 0.8  # share seen within about 25 degrees of the side; the rest from anywhere


@dataclass(frozen=True)
class Scene:
    """A moment of a movement: pose, feet on the floor y = 0, and things around, before the person is turned."""

    pose: Pose
    things: tuple[Cone, ...] = ()


Movement = Callable[[Proportions, np.random.Generator], Scene]


def on_floor(pose: Pose, size: Proportions) -> Pose:
    """Return a pose lifted or lowered until the lowest sole touches y = 0."""
    return replace(pose, root=pose.root - (0.0, lowest_point(assemble(size, pose), size), 0.0))


def flat_footed(thigh: float, shank: float, tilt: float, rng: np.random.Generator) -> Pose:
    """Return a pose with both soles flat on the floor.

    Args:
        thigh: Of the thighs before the vertical, degrees: 0 stands, 90 sits.
        shank: Of the shanks before the vertical, degrees: the knees lie before the ankles.
        tilt: Forward, of the pelvis.
    """
    wobble = rng.normal(0, 2.5, 2)
    hip = np.column_stack([thigh + tilt + wobble, np.full(2, rng.uniform(1, 16)), np.full(2, rng.uniform(-10, 2))])
    knee = np.full(2, thigh + shank) + wobble
    return Pose(
        orientation=rotation(Z, -tilt),
        hip=hip,
        knee=knee,
        ankle=np.full(2, shank),
        spine=np.array([rng.uniform(-5, 20), rng.normal(0, 3), rng.normal(0, 4)]),
        head=np.array([-0.6 * tilt + rng.normal(0, 8), rng.normal(0, 4), rng.normal(0, 10)]),
        **_arms(rng),
    )


def _arms(rng: np.random.Generator) -> dict[str, Vector]:
    """Arms as people hold them in such movements: hanging, forward, or crossed before the chest."""
    flexion, elbow, inward = (
        (rng.uniform(-15, 25), rng.uniform(5, 40), 0.0),
        (rng.uniform(60, 100), rng.uniform(0, 25), 0.0),
        (rng.uniform(25, 50), rng.uniform(95, 125), rng.uniform(35, 60)),
    )[rng.integers(3)]
    shoulder = np.column_stack([flexion + rng.normal(0, 5, 2), rng.uniform(2, 15, 2), inward + rng.normal(0, 5, 2)])
    return {"shoulder": shoulder, "elbow": np.maximum(elbow + rng.normal(0, 6, 2), 0), "wrist": rng.uniform(-10, 20, 2)}


def squat(size: Proportions, rng: np.random.Generator) -> Scene:
    """A moment of a squat of any depth."""
    depth = rng.uniform(5, 110)
    shank = depth * rng.uniform(0.2, 0.36)
    return Scene(on_floor(flat_footed(depth, shank, depth * rng.uniform(0.25, 0.5), rng), size))


def sit_to_stand(size: Proportions, rng: np.random.Generator) -> Scene:
    """A moment between sitting on a chair and standing before it: lean forward, then rise."""
    rise, seat = rng.random() ** 1.3, rng.uniform(72, 92)
    thigh = seat * (1 - rise) ** 1.2
    lean = 8 + 38 * np.sin(np.pi * min(1.0, rise * 1.15)) * rng.uniform(0.5, 1.2)
    shank = rng.uniform(0, 8) + 16 * np.sin(np.pi * rise)
    pose = flat_footed(thigh, shank, float(lean), rng)
    sitting = flat_footed(seat, float(shank), 8.0, rng)
    feet, feet_sitting = (_feet(on_floor(p, size), size) for p in (pose, sitting))
    at = on_floor(sitting, size).root + (feet - feet_sitting) * (1.0, 0.0, 1.0)
    return Scene(on_floor(pose, size), chair(at, size, rng))


def _feet(pose: Pose, size: Proportions) -> Vector:
    body = assemble(size, pose)
    return np.asarray((body["right_foot"].origin + body["left_foot"].origin) / 2)


def chair(hips: Vector, size: Proportions, rng: np.random.Generator) -> tuple[Cone, ...]:
    """Return a stool or a chair under somebody who sits with the middle of the hips at `hips`, m, facing +x."""
    colour, steel = (np.clip(rng.uniform(0.05, 0.9) + rng.normal(0, 0.12, 3), 0.02, 0.98) for _ in range(2))
    top = hips[1] - 0.062 * size.stature * size.girth
    x, z, half = hips[0] + 0.06, hips[2], rng.uniform(0.18, 0.24)

    def bar(a: tuple[float, ...], b: tuple[float, ...], radius: float, tint: Vector, flat: float = 1.0) -> Cone:
        return Cone(np.array(a), np.array(b), radius, radius, np.eye(3), (1.0, flat, 1.0), tint, gloss=0.05)

    seat = bar((x - 0.05, top - 0.02, z), (x + 0.05, top - 0.02, z), half, colour, 0.12)
    legs = [
        bar((x + dx * half, 0.0, z + dz * half), (x + dx * half, top - 0.03, z + dz * half), 0.016, steel)
        for dx in (-0.9, 0.9) for dz in (-0.8, 0.8)
    ]  # fmt: skip
    if rng.random() < 0.4:
        return (seat, *legs)
    back, high = x - half - 0.02, rng.uniform(0.30, 0.45)
    posts = [bar((back, top, z + s * 0.17), (back - 0.05, top + high, z + s * 0.17), 0.015, steel) for s in (-1, 1)]
    rest = [bar((back - 0.04, top + high * f, z - 0.18), (back - 0.04, top + high * f, z + 0.18), 0.03, colour)
            for f in (0.65, 0.85)]  # fmt: skip
    return (seat, *legs, *posts, *rest)


def _plain(maker: Callable[[np.random.Generator], Pose]) -> Movement:
    def movement(size: Proportions, rng: np.random.Generator) -> Scene:
        return Scene(on_floor(maker(rng), size))

    return movement


MOVEMENTS: tuple[tuple[Movement, float], ...] = (
    (_plain(walking), 0.36),
    (_plain(running), 0.14),
    (squat, 0.14),
    (sit_to_stand, 0.18),
    (_plain(lunging), 0.10),
    (_plain(standing), 0.08),
)


def random_lamp(rng: np.random.Generator) -> Light:
    """Return light as rooms have it: from above, mostly from the camera's side, with soft to hard shadows."""
    direction = np.array([rng.normal(0, 0.6), rng.uniform(0.5, 1.5), rng.normal(0.5, 0.6)])
    tint, key = 1 + rng.normal(0, 0.06, 3), rng.uniform(0.35, 0.95)
    return Light(
        direction / np.linalg.norm(direction),
        key * tint,
        rng.uniform(0.2, 0.55) * (2 - tint),
        rng.uniform(0.1, 0.35) * np.ones(3),
        fade=rng.uniform(0, 0.4),
        shadow=rng.uniform(0.4, 1.0),
    )


def tripod(points: Vector, size: int, rng: np.random.Generator) -> Camera:
    """Return a camera 0.6 to 1.7 m high and 2.5 to 8 m away, aimed at a person (18, 3) who fills 58 to 75 % of it."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle, extent = (low + high) / 2, float((high - low)[[0, 1]].max())
    distance = rng.uniform(2.5, 8)
    position = np.array([middle[0] + rng.normal(0, 0.15) * distance, rng.uniform(0.6, 1.7), middle[2] + distance])
    focal = distance * size * rng.uniform(0.58, 0.75) / extent
    return look_at(position, middle + rng.normal(0, 0.03, 3) * extent, focal=focal, width=size, height=size)


def turned_about(scene: Scene, degrees: float) -> Scene:
    """Return a scene turned about the vertical axis: 0 faces picture right, 180 left."""
    turn = rotation(Y, degrees)
    pose = replace(scene.pose, root=turn @ scene.pose.root, orientation=turn @ scene.pose.orientation)
    things = tuple(replace(c, a=turn @ c.a, b=turn @ c.b, axes=turn @ c.axes) for c in scene.things)
    return Scene(pose, things)


@dataclass(frozen=True)
class Actor:
    """Somebody in a moment of a movement."""

    size: Proportions
    look: Look
    scene: Scene

    def cones(self) -> tuple[Cone, ...]:
        """Return the person and the things of the scene."""
        return (*dress(assemble(self.size, self.scene.pose), self.size, self.look), *self.scene.things)


def random_actor(rng: np.random.Generator) -> Actor:
    """Return somebody random, on the floor about the origin, mostly seen from the side."""
    size, look = random_proportions(rng), random_look(rng)
    makers, shares = zip(*MOVEMENTS, strict=True)
    scene = makers[rng.choice(len(makers), p=np.array(shares) / sum(shares))](size, rng)
    side = rng.choice([0.0, 180.0]) + rng.normal(0, 12)
    return Actor(size, look, turned_about(scene, float(side if rng.random() < SIDE_VIEWS else rng.uniform(-180, 180))))


def bystanders(count: int, rng: np.random.Generator) -> tuple[Cone, ...]:
    """Return other people beside somebody at the origin, nearer to the camera or farther, on the same floor."""
    cones: list[Cone] = []
    for _ in range(count):
        place = np.array([rng.choice([-1, 1]) * rng.uniform(*ASIDE), 0.0, rng.uniform(*AWAY)])
        cones += [replace(cone, a=cone.a + place, b=cone.b + place) for cone in random_actor(rng).cones()]
    return tuple(cones)


def random_move(
    seed: int, backgrounds: tuple[UInt8, ...] = (), size: int = SIZE, *, others: int = 0
) -> tuple[UInt8, Float32]:
    """Return a picture (size, size, 3) of a random movement and the keypoints (18, 2), px. Same seed, same picture.

    Args:
        backgrounds: Pictures of nobody; most scenes play before one of them where there are any.
        others: Most other people beside the one who is labelled.
    """
    rng = np.random.default_rng([31, seed, others])
    actor, light = random_actor(rng), random_lamp(rng)
    points = keypoints_3d(assemble(actor.size, actor.scene.pose), actor.size)
    camera = tripod(points, size, rng)
    if backgrounds and rng.random() < BEFORE_PICTURES:
        picture = of_photograph(backgrounds[rng.integers(len(backgrounds))], (size, size), rng)
    else:
        picture = random_backdrop((size, size), rng)
    picture = picture * shadow(camera, points, rng.uniform(0.1, 0.6))[..., None]
    things = (*actor.scene.things, *bystanders(int(rng.integers(others + 1)), rng))
    figure = draw(actor.scene.pose, actor.size, actor.look, camera, light, things=things)
    picture = figure.drawn.rgb + (1 - figure.drawn.coverage[..., None]) * picture
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8), figure.keypoints.astype(np.float32)


def main() -> None:
    """Write a pack of people moving, seen from the side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=1, help="of the first picture; the others follow")
    parser.add_argument("--backgrounds", type=Path, help="pack of pictures of nobody (poseapp.training.negatives)")
    parser.add_argument("--others", type=int, default=0, help="most other people in a picture")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    backgrounds = read_pack(args.backgrounds).images if args.backgrounds else ()
    made = []
    for i in range(args.count):
        made.append(random_move(args.seed + i, backgrounds, others=args.others))
        if i % 200 == 0:
            log.info("%d of %d", i, args.count)
    write_pack(args.out, Pack(tuple(m[0] for m in made), np.stack([m[1] for m in made])))


if __name__ == "__main__":
    main()
