"""Motion files of OpenSim, SIMM and Sports2D read, and ours read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.tracks import make_tracks
from poseapp.core.errors import BadInputError
from poseapp.formats.mot import read_mot, write_mot

# As OpenSim's inverse kinematics writes it: numbers set right between tabs, a translation among the angles.
OPENSIM = """Coordinates
version=1
nRows=3
nColumns=4
inDegrees=yes

Units are S.I. units (second, meters, Newtons, ...)
Angles are in degrees.

endheader
time\tpelvis_tilt\tpelvis_tx\tknee_angle_r
      0.50000000\t      1.50000000\t      0.61213494\t     -5.12860733
      0.51666667\t      1.25000000\t      0.61303298\t     -6.95176330
      0.53333333\t      1.00000000\t      0.61456262\t     -8.88661482
"""
SIMM = """name walk.mot
datacolumns 2
datarows 2
range 0.000000 0.017000
endheader
     time\t     knee_angle_r\t
     0.0\t     -40.0\t
     0.017\t     -41.5\t
"""
STATES = """states
inDegrees=no
nColumns=4
nRows=2
DataType=double
version=3
OpenSimVersion=4.5
endheader
time\t/jointset/knee_r/knee_angle_r/value\t/jointset/knee_r/knee_angle_r/speed\t/jointset/hip_r/hip_flexion_r/value
0\t0.5\t3.0\t0.25
0.1\t0.75\t3.5\t-0.25
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "a.mot"
    path.write_text(text)
    return path


def test_opensims_angles_without_its_translations(tmp_path: Path) -> None:
    motion = read_mot(written(tmp_path, OPENSIM))
    assert motion.names == ("pelvis_tilt", "knee_angle_r")
    np.testing.assert_array_equal(motion.time, [0.5, 0.51666667, 0.53333333])
    np.testing.assert_array_equal(motion.values, [[1.5, -5.12860733], [1.25, -6.9517633], [1.0, -8.88661482]])


def test_spaces_do_as_well_as_tabs(tmp_path: Path) -> None:
    spaced = read_mot(written(tmp_path, OPENSIM.replace("\t", "  ")))
    assert spaced.names == ("pelvis_tilt", "knee_angle_r")
    np.testing.assert_array_equal(spaced.values[:, 1], [-5.12860733, -6.9517633, -8.88661482])


def test_the_header_of_simm_and_tabs_at_the_ends(tmp_path: Path) -> None:
    motion = read_mot(written(tmp_path, SIMM))  # says no unit, and 40 radians are six turns
    assert motion.names == ("knee_angle_r",)
    np.testing.assert_array_equal(motion.values[:, 0], [-40.0, -41.5])


def test_states_in_radians_are_named_by_their_coordinate(tmp_path: Path) -> None:
    motion = read_mot(written(tmp_path, STATES))
    assert motion.names == ("knee_angle_r", "hip_flexion_r")
    np.testing.assert_allclose(motion.values, [[28.6478898, 14.3239449], [42.9718346, -14.3239449]], atol=1e-6)


def test_sports2d_leaves_cells_empty_where_nothing_is_known(tmp_path: Path) -> None:
    head = "Coordinates\nversion=1\nnRows=2\nnColumns=2\ninDegrees=yes\n\nUnits are S.I.\n\nendheader\n"
    motion = read_mot(written(tmp_path, head + "time\tright knee\tleft knee\n0.0\t\t2.5\n0.04\t3.5\t\n"))
    assert motion.names == ("right knee", "left knee")
    np.testing.assert_array_equal(motion.values, [[np.nan, 2.5], [3.5, np.nan]])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("nRows=3", "nRows=5"), "its header says 5 rows, and there are 3"),
        (("nColumns=4", "nColumns=7"), "its header says 7 columns, and there are 4"),
        (("\t     -8.88661482\n", "\n"), "line 14 has 3 cells, not 4"),
        (("-8.88661482", "-8.8866\t1"), "line 14 has 5 cells, not 4"),
        (("1.25000000", "abc"), "line 13 holds something that is no number"),
        (("0.53333333", "0.51666667"), "its times do not rise"),
        (("inDegrees=yes", "inDegrees=perhaps"), "does not say inDegrees"),
        (("endheader\n", "\n"), "no line endheader"),
        (("time\t", "t\t"), "first column is not the time"),
        (("pelvis_tilt\tpelvis_tx\tknee_angle_r", "ground_force_vx\tpelvis_tx\thip_moment"), "no angle in it"),
    ],
)
def test_what_is_wrong_is_one_clear_line(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    assert change[0] in OPENSIM
    with pytest.raises(BadInputError, match=told) as raised:
        read_mot(written(tmp_path, OPENSIM.replace(*change)))
    assert raised.value.where == "a.mot"
    assert "\n" not in str(raised.value)


def test_without_a_unit_small_numbers_could_be_either(tmp_path: Path) -> None:
    silent = SIMM.replace("-40.0", "-6.28")  # a turn is 6.2832 rad
    assert read_mot(written(tmp_path, silent)).values[0, 0] == -6.28  # 41.5 can only be degrees
    with pytest.raises(BadInputError, match="does not say inDegrees"):
        read_mot(written(tmp_path, silent.replace("-41.5", "-6.28")))


def test_what_is_no_text_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mot").write_bytes(bytes(range(256)))
    for path in (tmp_path / "a.mot", tmp_path / "none.mot", tmp_path):
        with pytest.raises(BadInputError, match="motion file cannot be"):
            read_mot(path)


def test_what_we_write_is_read_to_its_last_digit(tmp_path: Path) -> None:
    tracks = make_tracks(persons=1, uneven=True)
    write_mot(tmp_path / "a.mot", tracks)
    motion = read_mot(tmp_path / "a.mot")
    assert tracks.angles is not None
    assert motion.names == tuple(d.name for d in tracks.angles.definitions)
    np.testing.assert_array_equal(motion.time, np.round(tracks.time, 6))
    np.testing.assert_array_equal(motion.values, np.round(tracks.angles.values[:, 0], 4))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_an_internal_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("mot") / "a.mot"
    path.write_bytes(b"inDegrees=yes\nendheader\ntime\tknee\n" + data)
    try:
        motion = read_mot(path)
    except BadInputError:
        return
    assert motion.values.shape == (len(motion.time), 1)
