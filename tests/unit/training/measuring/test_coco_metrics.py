"""Average precision by hand: similarities and thresholds worked out on paper, then asked of COCO's evaluation."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from fixtures.labelled import make_labelled
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.training.labelled import LabelledSet
from poseapp.training.measuring.coco_metrics import Detections, compute_ap, has_areas
from poseapp.training.readers import read_labelled

pytest.importorskip("pycocotools")
COCO = load_skeleton("coco17")
K = COCO.n_keypoints
AREA = 100.0**2  # large, by COCO's sizes
RNG = np.random.default_rng(5)
BODY = RNG.uniform(0, 120, (K, 2))


def people_at(*offsets: float) -> np.ndarray:
    return BODY + np.array([[[offset, 0.0]] for offset in offsets])


def make_truth(xy: np.ndarray, **columns: object) -> LabelledSet:
    return make_labelled(COCO, xy, **{"area": np.full(len(xy), AREA)} | columns)


def detect(xy: np.ndarray, picture: Sequence[int] | None = None, score: Sequence[float] | None = None) -> Detections:
    n = len(xy)
    return Detections(
        np.arange(n) if picture is None else np.array(picture),
        np.asarray(xy, np.float32),
        np.linspace(1.0, 0.5, n) if score is None else np.array(score),
    )


def moved_to_similarity(oks: float) -> np.ndarray:
    """Return how far (K, 1) px each keypoint moves so that exp(-d^2 / (2 s^2 k^2)) = oks with s^2 = AREA."""
    k = 2 * np.array(COCO.sigmas)
    return np.sqrt(-2 * AREA * k**2 * np.log(oks))[:, None]


def test_perfect_is_100() -> None:
    xy = people_at(0, 10, 20)
    score = compute_ap(detect(xy), make_truth(xy))
    assert (score.ap, score.ap50, score.ap75, score.ar, score.ap_large) == pytest.approx((100,) * 5)
    assert np.isnan(score.ap_medium)
    assert score.people == 3


def test_nobody_found_is_0() -> None:
    score = compute_ap(detect(np.empty((0, K, 2))), make_truth(people_at(0, 10)))
    assert (score.ap, score.ar) == (0.0, 0.0)


@pytest.mark.parametrize(("oks", "passed"), [(0.74, 5), (0.76, 6), (0.51, 1), (0.49, 0), (0.96, 10)])
def test_similarity_decides_which_thresholds_are_passed(oks: float, passed: int) -> None:
    """Thresholds are 0.50, 0.55 .. 0.95: with everybody at one similarity, AP is the share of those below it."""
    xy = people_at(0, 30)
    away = xy + moved_to_similarity(oks) * [0.6, -0.8]
    score = compute_ap(detect(away), make_truth(xy))
    assert score.ap == pytest.approx(10 * passed)
    assert score.ar == pytest.approx(10 * passed)
    assert score.ap50 == pytest.approx(100 if oks > 0.5 else 0)
    assert score.ap75 == pytest.approx(100 if oks > 0.75 else 0)


def test_similarity_is_scaled_by_the_labelled_area() -> None:
    """The same displacement, a quarter of the area: 0.91^4 = 0.686."""
    xy = people_at(0)
    away = xy + moved_to_similarity(0.91) * [1.0, 0.0]
    assert compute_ap(detect(away), make_truth(xy)).ap == pytest.approx(90)  # up to 0.90
    assert compute_ap(detect(away), make_truth(xy, area=[AREA / 4])).ap == pytest.approx(40)  # up to 0.65


def test_a_missing_person_lowers_recall() -> None:
    xy = people_at(0, 10, 20, 30)
    score = compute_ap(detect(xy[:3]), make_truth(xy))
    assert score.ar == pytest.approx(75)
    # precision 1 up to a recall of 0.75: 76 of the 101 recalls 0, 0.01 .. 1
    assert score.ap == pytest.approx(100 * 76 / 101)


def test_a_surer_ghost_halves_precision() -> None:
    xy = people_at(0)
    found = np.concatenate([xy + 5000, xy])
    score = compute_ap(detect(found, picture=[0, 0], score=[0.9, 0.8]), make_truth(xy))
    assert (score.ap, score.ar) == (pytest.approx(50), pytest.approx(100))


def test_crowds_and_people_without_keypoints_are_ignored() -> None:
    xy = people_at(0, 0, 0)
    xy[1:] = np.nan
    box = np.tile([-20.0, -20.0, 200.0, 200.0], (3, 1))
    truth = make_truth(xy, picture=[0, 1, 2], box=box, crowd=[False, True, False])
    ghosts = people_at(0, 10, 10)
    score = compute_ap(detect(ghosts, score=[0.5, 0.9, 0.9]), truth)
    assert (score.ap, score.ar, score.people) == (pytest.approx(100), pytest.approx(100), 1)


def test_a_keypoint_not_found_counts_as_nothing_like() -> None:
    """16 of 17 exact: OKS = 16 / 17 = 0.941, which passes 9 of the 10 thresholds."""
    xy = people_at(0)
    found = xy.copy()
    found[0, 3] = np.nan
    assert compute_ap(detect(found), make_truth(xy)).ap == pytest.approx(90)


def test_only_known_keypoints_count() -> None:
    xy = people_at(0)
    found = xy.copy()
    found[0, :5] = np.nan  # a network without a face
    known = np.arange(K) >= 5
    assert compute_ap(detect(found), make_truth(xy), known).ap == pytest.approx(100)
    assert compute_ap(detect(found), make_truth(xy)).ap == pytest.approx(50)  # 12 / 17 = 0.706: 0.50 .. 0.70


def test_unlabelled_keypoints_do_not_count() -> None:
    xy, found = people_at(0), people_at(0)
    xy[0, 4:] = np.nan
    found[0, 4:] += 1000
    assert compute_ap(detect(found), make_truth(xy)).ap == pytest.approx(100)


def test_sigmas_are_the_skeletons() -> None:
    """A skeleton of six points of 0.079: at d = k s, OKS = exp(-1/2) = 0.607, which passes 0.50, 0.55 and 0.60."""
    mpii = load_skeleton("mpii16")
    xy = RNG.uniform(0, 120, (1, 16, 2))
    distance = 2 * np.array(mpii.sigmas)[:, None] * np.sqrt(AREA)
    truth = make_labelled(mpii, xy, area=[AREA])
    assert compute_ap(detect(xy + distance * [0, 1]), truth).ap == pytest.approx(30)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    xy = people_at(0)
    compute_ap(detect(xy), make_truth(xy))
    assert capsys.readouterr() == ("", "")


def test_area_is_needed() -> None:
    xy = people_at(0)
    unknown = make_truth(xy, area=[np.nan])
    assert not has_areas(unknown)
    assert has_areas(make_truth(xy))
    with pytest.raises(BadInputError, match="area"):
        compute_ap(detect(xy), unknown)


def test_without_pycocotools_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith("pycocotools"):
            raise ImportError(name)
        return really(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(BadInputError, match="pip install"):
        compute_ap(detect(people_at(0)), make_truth(people_at(0)))


@pytest.mark.data
def test_figures_are_those_of_cocos_own_files(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way everybody does it: annotations and results through COCO's own reader; some people not found, a ghost."""
    from pycocotools import coco
    from pycocotools.cocoeval import COCOeval

    file = shared_data / "formats" / "coco" / "test_coco.json"
    labelled = read_labelled(file, "coco")
    rng = np.random.default_rng(3)
    rows = np.flatnonzero(np.isfinite(labelled.keypoints).any(axis=(1, 2)))[1:]
    spread = 0.12 * np.sqrt(labelled.area[rows])[:, None, None] * rng.uniform(0, 1, (len(rows), 1, 1))
    # COCO wants every keypoint of a result; those not labelled do not count
    guess = np.nan_to_num(labelled.keypoints[rows], nan=50.0)
    xy = guess + spread * rng.normal(size=guess.shape)
    xy = np.concatenate([xy, xy[:1] + 300]).astype(np.float32)
    picture, score = labelled.picture[[*rows, rows[0]]], rng.uniform(0, 1, len(xy))
    ours = compute_ap(Detections(picture, xy, score), labelled)

    truth = coco.COCO(str(file))
    results = [
        {
            "image_id": int(labelled.picture_id[n]),
            "category_id": 1,
            "keypoints": np.column_stack([points, np.ones(K)]).astype(float).reshape(-1).tolist(),
            "score": float(value),
        }
        for n, points, value in zip(picture, xy, score, strict=True)
    ]
    theirs = COCOeval(truth, truth.loadRes(results), "keypoints")
    theirs.evaluate()
    theirs.accumulate()
    theirs.summarize()
    capsys.readouterr()
    figures = [value for name, value in vars(ours).items() if name != "people"]
    np.testing.assert_allclose(figures, 100 * theirs.stats, atol=1e-6)
    assert 5 < ours.ap < 95
