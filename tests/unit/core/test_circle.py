"""Angles that wrap."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.core.circle import unwrap_degrees, wrap_degrees


@pytest.mark.parametrize(
    ("value", "period", "wrapped"),
    [(180, 360, -180), (-180, 360, -180), (190, 360, -170), (-540, 360, -180), (90, 180, -90), (100, 180, -80)],
)
def test_wrap(value: float, period: float, wrapped: float) -> None:
    assert wrap_degrees(np.array([value]), period)[0] == wrapped


def test_wrap_of_a_hair_below_the_border_stays_in_range() -> None:
    values = wrap_degrees(np.array([-180 - 1e-15, np.nextafter(-180, -181), np.nextafter(180, 0)]), 360.0)
    assert (values >= -180).all()
    assert (values < 180).all()


def test_unwrap_passes_over_missing_samples_and_stays_near_zero() -> None:
    values = np.array([[170.0], [179.0], [np.nan], [-172.0], [-160.0]])
    assert unwrap_degrees(values, np.array([360.0]))[:, 0] == pytest.approx(
        [-190, -181, np.nan, -172, -160], nan_ok=True
    )
    assert np.isnan(unwrap_degrees(np.full((3, 1), np.nan), np.array([360.0]))).all()
