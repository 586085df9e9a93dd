"""Normal values from a table."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.norms import read_norms

KNOWN = ("right_knee_flexion", "left_knee_flexion", "trunk_segment")
TABLE = """# adults, made up
Angle,Percent,Mean,SD
knee_flexion,0,5,4
knee_flexion,50,15,6
knee_flexion,100,5,4
trunk_segment,20,88,2
trunk_segment,40,90,2
"""


def test_between_rows_it_is_interpolated_and_beyond_them_unknown():
    norms = read_norms(TABLE.splitlines(), "adults.csv", KNOWN)
    knee = norms.of("left_knee_flexion")
    assert knee is norms.of("right_knee_flexion")
    assert knee.mean[[0, 25, 50, 75]] == pytest.approx([5, 10, 15, 10])
    assert knee.sd[25] == pytest.approx(5)
    trunk = norms.of("trunk_segment")
    assert np.isnan(trunk.mean[:20]).all()
    assert trunk.mean[30] == pytest.approx(89)
    assert np.isnan(trunk.mean[41:]).all()
    assert norms.of("right_hip_flexion") is None


def test_a_side_of_its_own_wins():
    own = TABLE + "right_knee_flexion,0,1,1\nright_knee_flexion,100,1,1\n"
    norms = read_norms(own.splitlines(), "adults.csv", KNOWN)
    assert norms.of("right_knee_flexion").mean[50] == 1.0
    assert norms.of("left_knee_flexion").mean[50] == 15.0


@pytest.mark.parametrize(("text", "what"), [
    ("angle,percent,mean\n", "no column 'sd'"),
    ("", "no column 'angle'"),
    ("angle,percent,mean,sd\nknee_flexion,x,1,1\n", "line 2 is not numbers"),
    ("angle,percent,mean,sd\nknee_flexion,0,1\n", "line 2 is not numbers"),
    ("angle,percent,mean,sd\nknee_flexion,120,1,1\n", "line 2 cannot be"),
    ("angle,percent,mean,sd\nknee_flexion,10,1,-1\n", "line 2 cannot be"),
    ("angle,percent,mean,sd\nknee_flexion,10,nan,1\n", "line 2 cannot be"),
    ("angle,percent,mean,sd\ntail,10,1,1\n", "no angle 'tail'"),
    ("angle,percent,mean,sd\nknee_flexion,10,1,1\n", "two rows"),
    ("angle,percent,mean,sd\nknee_flexion,10,1,1\nknee_flexion,10,2,1\n", "another percent"),
])  # fmt: skip
def test_a_bad_table_is_refused(text, what):
    with pytest.raises(BadInputError, match=what):
        read_norms(text.splitlines(), "adults.csv", KNOWN)
