"""Rendered people: same seed same picture, and the truth lies on the limb that is drawn."""

from dataclasses import replace

import numpy as np

from poseapp.core.skeleton import load_skeleton
from poseapp.training.render.body import Pose, Proportions, Y, assemble, rotation
from poseapp.training.render.figure import Look, dress
from poseapp.training.render.people import draw, random_person
from poseapp.training.render.raycast import Light, look_at, render

SKELETON = load_skeleton("body18")
WHITE = Light(np.array([0.0, 0.0, 1.0]), np.ones(3) * 0.3, np.ones(3) * 0.7, np.ones(3) * 0.7)
CAMERA = look_at(np.array([0.0, 0.0, 8.0]), np.array([0.0, -0.05, 0.0]), focal=900, width=200, height=240)
PLAIN = Look(*(np.full(3, 0.5) for _ in range(8)), sleeve=0.0, legs=0.05)
WALK = Pose(hip=np.array([[30.0, 0, 0], [-20.0, 0, 0]]), shoulder=np.array([[-30.0, 5, 0], [30.0, 5, 0]]))


def test_same_seed_same_person() -> None:
    first, again, other = random_person(3, size=96), random_person(3, size=96), random_person(4, size=96)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[1], other[1])


def test_every_keypoint_of_random_people_is_in_the_picture() -> None:
    for seed in range(6):
        image, xy = random_person(seed, size=96)
        assert image.shape == (96, 96, 3)
        assert xy.shape == (18, 2)
        assert ((xy > -10) & (xy < 106)).all()


def coloured(name: str, pose: Pose) -> np.ndarray:
    """Return where only the cones near one segment's origin are drawn, as seen through the whole body."""
    size = Proportions()
    body = assemble(size, pose)
    cones = [
        replace(
            cone, colour=np.array([1.0, 0, 0]) if np.linalg.norm(cone.a - body[name].origin) < 0.02 else np.zeros(3)
        )
        for cone in dress(body, size, PLAIN)
    ]
    return render(cones, CAMERA, WHITE).rgb[..., 0] > 0.2


def test_bones_between_keypoints_lie_on_their_own_limb() -> None:
    xy = draw(WALK, Proportions(), PLAIN, CAMERA, WHITE).keypoints
    for upper, lower, segment in (
        ("right_knee", "right_ankle", "right_shank"),
        ("right_elbow", "right_wrist", "right_forearm"),
        ("right_hip", "right_knee", "right_thigh"),
    ):
        near, far = (xy[SKELETON.index(name)] for name in (upper, lower))
        x, y = np.rint(near + 0.2 * (far - near)).astype(int)
        assert coloured(segment, WALK)[y, x], segment


def test_the_near_side_is_the_right_one_when_facing_right_and_the_left_one_when_facing_left() -> None:
    standing = Pose(shoulder=np.array([[80.0, 0, 0], [80.0, 0, 0]]))  # hanging arms would hide the hips
    right, left = SKELETON.index("right_hip"), SKELETON.index("left_hip")
    facing_right = draw(standing, Proportions(), PLAIN, CAMERA, WHITE)
    assert facing_right.visible[right]
    assert not facing_right.visible[left]
    facing_left = draw(replace(standing, orientation=rotation(Y, 180)), Proportions(), PLAIN, CAMERA, WHITE)
    assert facing_left.visible[left]
    assert not facing_left.visible[right]


def test_from_the_front_the_persons_right_is_at_the_pictures_left() -> None:
    figure = draw(replace(Pose(), orientation=rotation(Y, -90)), Proportions(), PLAIN, CAMERA, WHITE)
    xy = figure.keypoints
    assert xy[SKELETON.index("right_shoulder"), 0] < xy[SKELETON.index("left_shoulder"), 0]
    assert figure.visible[SKELETON.index("right_hip")]
    assert figure.visible[SKELETON.index("left_hip")]


def test_arms_before_the_body_are_another_person_of_the_same_seed() -> None:
    plain, arms = random_person(3, size=96), random_person(3, size=96, arms=True)
    assert not np.array_equal(plain[1], arms[1])
    assert np.array_equal(arms[0], random_person(3, size=96, arms=True)[0])
    near = 0
    wrists = [SKELETON.keypoints.index(f"{side}_wrist") for side in ("left", "right")]
    trunk = [SKELETON.keypoints.index(n) for n in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]
    for seed in range(40):  # a wrist lies within the reach of the trunk more often than in other poses
        xy = random_person(seed, size=48, arms=True)[1]
        middle, reach = xy[trunk].mean(axis=0), np.linalg.norm(xy[trunk[0]] - xy[trunk[3]])
        near += int((np.linalg.norm(xy[wrists] - middle, axis=1) < reach).any())
    assert near > 20
