"""Calibration where the truth is known: scores drawn from a known curve, errors from a known covariance."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fixtures.labelled import make_labelled
from poseapp.core.calibration import Calibration, ScoreCurve
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.inference.estimate import Estimate
from poseapp.training.measuring.calibration import (
    Samples,
    apply_calibration,
    cross_validate,
    fit_calibration,
    gather_samples,
    measure_reliability,
)

N, K = 1500, 12
TORSO = 200.0  # px: right is within 40, six standard deviations
SCALE, FLOOR = 0.4, 0.02
RNG_SEED = 7


def draw(curve: Callable[[np.ndarray], np.ndarray], *, n: int = N, seed: int = RNG_SEED) -> Samples:
    """People whose keypoints are right with the probability curve(peak), then with errors of the known spread."""
    rng = np.random.default_rng(seed)
    peak = rng.uniform(0.05, 1, (n, K))
    side = rng.uniform(180, 260, n)
    turn = rng.uniform(0, np.pi, (n, K))
    wide, narrow = rng.uniform(4, 60, (n, K)), rng.uniform(1, 4, (n, K))
    c, s = np.cos(turn), np.sin(turn)
    cov = np.stack([wide * c * c + narrow * s * s, (wide - narrow) * c * s, wide * s * s + narrow * c * c], axis=-1)
    true = SCALE * cov + (np.square(FLOOR * side)[:, None, None] * [1.0, 0.0, 1.0])
    root = np.linalg.cholesky(true[..., [[0, 1], [1, 2]]])
    near = (root @ rng.normal(size=(n, K, 2, 1)))[..., 0]
    far = rng.uniform(41, 240, (n, K, 1)) * np.stack([c, s], axis=-1)
    error = np.where((rng.uniform(size=(n, K)) < curve(peak))[..., None], near, far)
    arrays = [a.astype(np.float32) for a in (error, peak, cov, side)]
    return Samples(*arrays, np.full(n, TORSO), np.arange(n) // 2)


@pytest.mark.parametrize(
    "curve",
    [lambda p: p, lambda p: p**2, lambda p: 0.2 + 0.6 * p, lambda p: 1 / (1 + np.exp(6 - 12 * p))],
    ids=["identity", "square", "flat", "steep"],
)
def test_a_known_curve_is_found_and_the_error_goes(curve: Callable[[np.ndarray], np.ndarray]) -> None:
    samples, others = draw(curve), draw(curve, seed=8)
    fitted = fit_calibration(samples, "made")
    peaks = np.linspace(0.1, 0.95, 18)
    found = fitted.calibrate_score(np.repeat(peaks[:, None], K, axis=1).astype(np.float32))[:, 0]
    assert np.abs(found - curve(peaks)).max() < 0.06
    after = measure_reliability(apply_calibration(fitted, others))
    assert after.ece < 2.0
    assert after.ece < measure_reliability(others).ece + 1.0
    assert all(abs(score - share) < 8 for score, share in zip(after.score, after.share, strict=True))


def test_what_is_calibrated_already_has_no_error() -> None:
    assert measure_reliability(draw(lambda p: p)).ece < 1.5


def test_expected_calibration_error_by_hand() -> None:
    """Score 0.9, of which half are right, and score 0.2, of which none: (40 + 20) / 2 percent."""
    error = np.zeros((300, 1, 2), np.float32)
    error[:75, 0, 0] = error[150:, 0, 0] = 99.0
    score = np.repeat(np.float32([[0.9], [0.2]]), 150, axis=0)
    cov = np.full((300, 1, 3), [4.0, 0.0, 4.0], np.float32)
    mixed = np.random.default_rng(0).permutation(150)  # bins of equal scores are cut in order
    error[:150] = error[:150][mixed]
    found = measure_reliability(
        Samples(error, score, cov, np.ones(300, np.float32), np.full(300, 100.0), np.arange(300))
    )
    assert (found.keypoints, len(found.score)) == (300, 15)
    assert found.ece == pytest.approx(30, abs=6)  # of bins of 20 that hold 8 to 12 right ones


def test_the_covariance_is_recovered_and_covers() -> None:
    fitted = fit_calibration(draw(lambda p: p), "made")
    assert fitted.cov_scale == pytest.approx(SCALE, rel=0.08)
    assert fitted.cov_floor == pytest.approx(FLOOR, rel=0.05)
    after = measure_reliability(apply_calibration(fitted, draw(lambda p: p, seed=9)))
    assert after.coverage == pytest.approx((39.35, 86.47), abs=1.5)
    assert after.squared == pytest.approx(2.0, abs=0.06)


def test_wrong_keypoints_do_not_widen_the_covariance() -> None:
    few, many = (fit_calibration(draw(lambda p, share=share: share + 0 * p), "made") for share in (0.9, 0.3))
    assert few.cov_scale == pytest.approx(many.cov_scale, rel=0.15)
    assert few.cov_floor == pytest.approx(many.cov_floor, rel=0.1)


def test_scores_can_be_kept() -> None:
    samples = draw(lambda p: p**2)
    fitted = fit_calibration(samples, "made", scores=False)
    np.testing.assert_allclose(apply_calibration(fitted, samples).score, samples.score, atol=1e-6)
    assert fitted.cov_scale == pytest.approx(SCALE, rel=0.08)


def test_cross_validation_says_what_strangers_get() -> None:
    """Where peaks say nothing, a fit has nothing to gain but the mean; held-out pictures show it, too."""
    samples = draw(lambda p: 0.5 + 0 * p, n=100)
    held_out = measure_reliability(cross_validate(samples))
    fitted = measure_reliability(apply_calibration(fit_calibration(samples, "made"), samples))
    assert fitted.ece < held_out.ece < measure_reliability(samples).ece


def test_peaks_cut_off_at_one_make_one_knot() -> None:
    samples = draw(lambda p: np.minimum(1.6 * p, 1) * 0.9)
    cut = replace(samples, score=np.minimum(1.6 * samples.score, 1).astype(np.float32))
    curve = fit_calibration(cut, "made").curves[0]
    assert curve.peaks[-1] == 1.0
    assert curve.scores[-1] == pytest.approx(0.9, abs=0.03)


def test_missing_values_do_not_count() -> None:
    samples = draw(lambda p: p, n=50)
    error, score, cov = samples.error.copy(), samples.score.copy(), samples.cov.copy()
    error[0, 0], score[1, 1], cov[2, 2, 1] = np.nan, np.nan, np.nan
    torso = samples.torso.copy()
    torso[3] = np.nan
    holed = replace(samples, error=error, score=score, cov=cov, torso=torso)
    assert measure_reliability(holed).keypoints == 50 * K - 3 - K
    nothing = measure_reliability(replace(samples, torso=np.full(50, np.nan)))
    assert nothing.keypoints == 0
    assert np.isnan([nothing.ece, *nothing.coverage, nothing.squared]).all()


@pytest.mark.parametrize(("share", "n"), [(0.5, 10), (1.0, 100), (0.0, 100)])
def test_too_little_is_refused_in_one_line(share: float, n: int) -> None:
    with pytest.raises(BadInputError, match="too few to calibrate with"):
        fit_calibration(draw(lambda p: share + 0 * p, n=n), "made")


def test_only_the_very_keypoints_of_the_labels_count() -> None:
    """MPII's pelvis and thorax are means of LSP's hips and shoulders: no labels. Crowds have none at all."""
    lsp, mpii = load_skeleton("lsp14"), load_skeleton("mpii16")
    xy = np.random.default_rng(0).uniform(50, 150, (2, 14, 2))
    people = make_labelled(lsp, xy, crowd=[False, True])
    told = Estimate(
        np.full((2, 16, 2), 100, np.float32),
        *(np.full((2, 16), 0.5, np.float32) for _ in range(2)),
        np.full((2, 16, 3), [4, 0, 4], np.float32),
    )
    samples = gather_samples(told, np.float32([200, 200]), people, mpii)
    assert samples.counted.sum(axis=1).tolist() == [14, 0]
    k, ankle = mpii.index("left_ankle"), lsp.index("left_ankle")
    np.testing.assert_allclose(samples.error[0, k], 100 - xy[0, ankle], rtol=1e-5)
    assert not samples.counted[0, [mpii.index("pelvis"), mpii.index("thorax")]].any()


def test_a_level_curve_keeps_its_ends_only() -> None:
    fitted = fit_calibration(draw(lambda p: (p > 0.5) * 0.8 + 0.1), "made")
    assert len(fitted.curves[0].peaks) < 20
    assert isinstance(fitted, Calibration)
    assert isinstance(fitted.curves[0], ScoreCurve)


def test_needs_no_torch() -> None:
    code = (
        "import poseapp.training.measuring.calibration, poseapp.jobs.calibrate, sys; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
