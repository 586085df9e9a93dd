"""A person who walks through a real clip: her knee curves, with left and right settled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import find_peaks

from poseapp.core.errors import BadInputError
from poseapp.inference.catalog import find_model
from poseapp.jobs.run import AnalyzeRequest, analyze_clip

pytestmark = [pytest.mark.data, pytest.mark.slow]

WALKER = 1  # the second person found
SEEN = slice(45, 170)  # frames between the tree and the edge of the picture: three and a half cycles of 36 frames


@pytest.fixture(scope="module")
def knee(shared_data: Path) -> np.ndarray:
    """Her right knee's flexion (n,) degrees."""
    try:
        find_model("efficientpose-i")
    except BadInputError as error:
        pytest.skip(str(error))
    clip = shared_data / "clips" / "sports2d_demo.mp4"
    result = analyze_clip(AnalyzeRequest((str(clip),), model="efficientpose-i", persons=2))
    assert any("person 2" in note for note in result.notes)
    angles = result.analysis.persons[WALKER].angles
    return angles.values[SEEN, angles.column("right_knee_flexion")]


def test_one_swing_a_cycle(knee: np.ndarray) -> None:
    """Swing peaks of 50 to 75 degrees, a cycle apart; without settling there are six, the shortest 6 frames apart."""
    peaks, _ = find_peaks(knee, prominence=40)
    assert len(peaks) == 4
    assert knee[peaks].min() > 50
    assert knee[peaks].max() < 75
    np.testing.assert_allclose(np.diff(peaks), 36, atol=6)
