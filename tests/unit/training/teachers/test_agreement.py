"""When two teachers are believed together."""

import numpy as np
import pytest

from poseapp.training.teachers.agreement import SecondOpinion, beyond_body, body_scale, combine, face_of, feet_of, sees
from poseapp.training.teachers.answers import FACE_LANDMARKS, LANDMARK_OF_BODY, LANDMARKS, Landmarks

# Standing, seen from the front; the person's right is at the picture's left. Torso: (65, 50) to (42, 100), 55 px.
BODY = np.array(
    [(40, 180), (40, 140), (42, 100), (58, 100), (60, 140), (60, 180), (20, 100), (25, 75), (35, 50), (65, 50),
     (75, 75), (80, 100), (50, 45), (50, 20)], np.float32,
)  # fmt: skip
FEET = np.array([(38, 186), (62, 186), (34, 192), (66, 192)], np.float32)
FACE = np.array([(50, 32), (44, 30), (56, 30)], np.float32)
SHAPE = (200, 100, 3)
PEAK = np.full(14, 0.4, np.float32)


def opinion(*, body: np.ndarray = BODY, visibility: float = 0.9, spread: float = 1.0) -> SecondOpinion:
    xy = np.zeros((LANDMARKS, 2))
    for k, landmark in enumerate(LANDMARK_OF_BODY):
        if landmark is not None:
            xy[landmark] = np.concatenate([body, FEET])[k]
    xy[list(FACE_LANDMARKS)] = FACE
    return SecondOpinion(xy, np.full(LANDMARKS, visibility), np.full(LANDMARKS, spread), 0.99)


def test_the_torso_is_the_diagonal_or_a_share_of_a_short_ones_extent() -> None:
    assert body_scale(BODY) == pytest.approx(np.hypot(23, 50))
    without = BODY.copy()
    without[2] = np.nan
    assert body_scale(without) == pytest.approx(0.3 * 160)
    assert np.isnan(body_scale(np.full((14, 2), np.nan)))


def test_agreed_keypoints_are_averaged_and_believed() -> None:
    xy, peak = combine(BODY, PEAK, opinion(body=BODY + np.float32([4, 0])))
    assert np.allclose(xy[:12], BODY[:12] + np.float32([2, 0]))
    assert np.allclose(peak[:12], 0.6)
    assert np.array_equal(xy[12:], BODY[12:])  # it knows no neck and no head top
    assert np.array_equal(peak[12:], PEAK[12:])


def test_disputed_keypoints_are_doubted_and_stay_in_place() -> None:
    crossed = BODY.copy()
    crossed[[0, 5]] = BODY[[5, 0]]  # 20 px apart: 0.36 torso
    xy, peak = combine(BODY, PEAK, opinion(body=crossed))
    assert np.array_equal(xy[[0, 5]], BODY[[0, 5]])
    assert np.allclose(peak[[0, 5]], 0.1)
    assert np.allclose(peak[1:5], 0.6)


def test_what_the_second_does_not_see_says_nothing() -> None:
    far = opinion(body=BODY + np.float32([90, 0]), visibility=0.3)
    for second in (far, None):
        xy, peak = combine(BODY, PEAK, second)
        assert np.array_equal(xy, BODY)
        assert np.array_equal(peak, PEAK)


def test_a_label_settles_a_dispute_for_the_second() -> None:
    label = BODY.copy()
    seen = BODY.copy()
    seen[6] += (40, 0)  # the first sees a wrist elsewhere: 0.73 torso
    xy, peak = combine(seen, PEAK, opinion(), label=label)
    assert np.array_equal(xy[6], BODY[6])
    assert peak[6] == pytest.approx(0.6)
    xy, peak = combine(BODY, PEAK, opinion(body=seen), label=label)  # the other way round the label stands alone
    assert np.array_equal(xy[6], BODY[6])
    assert peak[6] == pytest.approx(0.1)


def test_it_sees_what_is_visible_and_near() -> None:
    moved = BODY.copy()
    moved[6] += (9, 0)  # 0.16 torso
    seen = sees(opinion(body=moved), BODY, 55.0)
    assert seen.tolist() == [True] * 6 + [False] + [True] * 5 + [False] * 2
    assert not sees(opinion(visibility=0.4), BODY, 55.0).any()
    assert not sees(None, BODY, 55.0).any()


def test_feet_are_believed_beside_a_known_ankle() -> None:
    assert np.allclose(feet_of(BODY, opinion(), SHAPE), FEET)


def test_a_foot_at_another_ankle_is_not_believed() -> None:
    moved = BODY.copy()
    moved[0] += (9, 0)  # 0.16 torso
    moved[5] = np.nan
    assert np.isnan(feet_of(moved, opinion(), SHAPE)).all()
    moved[0] -= (2, 0)  # 0.13 torso
    feet = feet_of(moved, opinion(), SHAPE)
    assert np.allclose(feet[[0, 2]], FEET[[0, 2]])
    assert np.isnan(feet[[1, 3]]).all()


@pytest.mark.parametrize("unsure", [{"visibility": 0.65}, {"spread": 9.0}])
def test_an_unsure_foot_is_not_believed(unsure: dict[str, float]) -> None:
    assert np.isnan(feet_of(BODY, opinion(**unsure), SHAPE)).all()


def test_a_foot_longer_than_feet_are_is_not_believed() -> None:
    second = opinion()
    second.xy[32] = (34, 186 + 60)
    feet = feet_of(BODY, second, SHAPE)
    assert np.isnan(feet[[0, 2]]).all()
    assert np.allclose(feet[[1, 3]], FEET[[1, 3]])


def test_a_foot_beyond_the_edge_is_a_guess() -> None:
    feet = feet_of(BODY, opinion(), (192, 100, 3))  # the toes are at row 192, the last row is 191
    assert np.isnan(feet).all()
    assert np.isfinite(feet_of(BODY, opinion(), (193, 100, 3))).all()


def test_without_any_label_there_are_no_feet() -> None:
    assert np.isnan(feet_of(np.full((14, 2), np.nan), opinion(), SHAPE)).all()
    assert np.isnan(feet_of(BODY, None, SHAPE)).all()


def test_a_face_is_believed_at_the_known_head() -> None:
    assert np.allclose(face_of(BODY, opinion(), SHAPE), FACE)
    lower = BODY.copy()
    lower[12:] += (0, 40)  # 0.7 torso below
    assert np.isnan(face_of(lower, opinion(), SHAPE)).all()
    lower[13] = np.nan  # a head that is not known settles nothing
    assert np.isnan(face_of(lower, opinion(), SHAPE)).all()
    assert np.isnan(face_of(BODY, None, SHAPE)).all()


@pytest.mark.parametrize(("field", "value"), [("visibility", 0.45), ("spread", 9.0)])
def test_an_unsure_ear_is_left_out_alone(field: str, value: float) -> None:
    second = opinion()
    getattr(second, field)[FACE_LANDMARKS[1]] = value
    face = face_of(BODY, second, SHAPE)
    assert np.isnan(face[1]).all()
    assert np.allclose(face[[0, 2]], FACE[[0, 2]])


def test_feet_come_before_the_face() -> None:
    assert np.allclose(beyond_body(BODY, opinion(), SHAPE), np.concatenate([FEET, FACE]))


def test_a_picture_without_a_person_has_no_opinion() -> None:
    landmarks = Landmarks.none_of(3)
    landmarks.xy[:2], landmarks.presence[1:] = 5.0, 0.9
    assert SecondOpinion.of(landmarks, 0) is None  # nobody there
    assert SecondOpinion.of(landmarks, 2) is None  # not looked at
    second = SecondOpinion.of(landmarks, 1)
    assert second is not None
    assert second.presence == pytest.approx(0.9)
