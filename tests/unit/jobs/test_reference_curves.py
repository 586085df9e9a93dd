"""The angles of a project against those of a reference system."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import walk
from fixtures.project_files import make_clip
from poseapp.cli.main import run as command
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Float64, ModelSpec, PoseChunk
from poseapp.formats.mot import write_mot
from poseapp.jobs.reference_curves import ReferenceTable, compare_with_reference
from poseapp.jobs.run import measure_project
from poseapp.jobs.tracks import tracks_of
from poseapp.storage.project import ProjectFile

BODY = load_skeleton("body21")
SPEC = ModelSpec("probe", "Probe", "efficientpose-rt", BODY, (224, 224), (0.0,) * 3, (1.0,) * 3)
N = 60


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two seconds of walking at 30 frames/s."""
    path = tmp_path / "walk.poseapp"
    xy = walk(BODY, np.arange(N) / 30)[:, None].astype(np.float32)
    score = np.where(np.isnan(xy[..., 0]), np.nan, 0.9).astype(np.float32)
    cov = np.broadcast_to(np.float32([1, 0, 1]), (*score.shape, 3)).copy()
    with ProjectFile.create(path, make_clip(tmp_path, N), BODY, sha256="ab" * 32) as file:
        run = file.begin_run(SPEC)
        file.write_chunk(run, PoseChunk(0, xy, score, cov))
        file.end_run(run)
    return path


def angle(project: Path, name: str) -> tuple[Float64, Float64]:
    """Time (T,) s from the first frame and values (T,) of an angle of a project."""
    analysis = measure_project(project)
    series = analysis.persons[0].angles
    return analysis.clip.pts - analysis.clip.pts[0], series.values[:, series.column(name)]


def write(path: Path, time: Float64, columns: dict[str, Float64], *, unit: str = "yes") -> Path:
    lines = ["Coordinates", f"nRows={len(time)}", f"nColumns={1 + len(columns)}", f"inDegrees={unit}", "endheader"]
    lines.append("\t".join(["time", *columns]))
    lines += ["\t".join(repr(float(v)) for v in row) for row in zip(time, *columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n")
    return path


def row_of(table: ReferenceTable, name: str):
    return next(row for row in table.rows if row.name == name)


def test_our_own_motion_file_is_ourselves_to_the_printed_digits(project: Path, tmp_path: Path) -> None:
    write_mot(tmp_path / "a.mot", tracks_of(measure_project(project)))
    table = compare_with_reference(project, tmp_path / "a.mot")
    assert (table.frames, table.start, table.notes, table.unused) == (N, 0.0, (), ())
    assert len(table.rows) == len(measure_project(project).persons[0].angles.definitions)
    for row in table.rows:
        if row.found.agreement.n:
            assert row.found.rmse <= 1e-4, row.name
    knee = row_of(table, "right_knee_flexion").found
    assert (knee.agreement.n, round(knee.correlation, 6), round(knee.agreement.icc, 6)) == (N, 1.0, 1.0)


def test_another_rate_clock_sign_and_unit(project: Path, tmp_path: Path) -> None:
    time, knee = angle(project, "right_knee_flexion")
    fast = np.arange(0, 1.9, 0.01)  # 100 Hz, a clock 3 s ahead, radians, flexion negative, 2 degrees less
    curve = -np.radians(np.interp(fast, time, knee) - 2.0)
    file = write(tmp_path / "ik.mot", fast + 3.0, {"knee_angle_r": curve, "pelvis_list": curve}, unit="no")
    table = compare_with_reference(project, file, offset=-3.0)
    assert [row.source for row in table.rows] == ["-knee_angle_r"]
    assert table.unused == ("pelvis_list",)
    found = table.rows[0].found
    assert found.agreement.n == np.count_nonzero(time <= fast[-1])
    assert found.agreement.bias == pytest.approx(2.0, abs=0.01)
    assert found.rmse == pytest.approx(2.0, abs=0.05)
    assert found.correlation > 0.999
    assert table.stop <= 1.89
    late = compare_with_reference(project, file, offset=-2.8).rows[0].found  # 0.2 s apart: another point of the step
    assert late.rmse > 5


def test_the_offset_is_found_and_that_is_told(project: Path, tmp_path: Path) -> None:
    time, knee = angle(project, "right_knee_flexion")
    hip = angle(project, "right_hip_flexion")[1]
    file = write(tmp_path / "a.mot", time[8:52] + 7.25, {"right knee": knee[8:52] - 3, "right hip": hip[8:52]})
    table = compare_with_reference(project, file, offset=None)
    assert table.offset == pytest.approx(-7.25, abs=1 / 240)
    assert table.rows[0].found.agreement.bias == pytest.approx(3.0, abs=0.1)
    assert "The offset of -7.2" in table.notes[0]
    still = write(tmp_path / "still.mot", time, {"right knee": np.full(N, 20.0)})
    with pytest.raises(BadInputError, match="no offset can be found"):
        compare_with_reference(project, still, offset=None)


def test_what_cannot_be_compared_is_one_clear_line(project: Path, tmp_path: Path) -> None:
    time, knee = angle(project, "right_knee_flexion")
    file = write(tmp_path / "a.mot", time + 100, {"right knee": knee})
    with pytest.raises(BadInputError, match=r"lies from 100\.00 to .* whose last is at 1\.97 s") as raised:
        compare_with_reference(project, file)
    assert "--offset" in raised.value.remedy
    with pytest.raises(BadInputError, match="there is no person 2"):
        compare_with_reference(project, file, person=1)
    write(file, time, {"ground_px": knee, "mtp_angle_r": knee})
    with pytest.raises(BadInputError, match=r"none of its angles \(ground_px, mtp_angle_r\) is measured here"):
        compare_with_reference(project, file)
    write(file, time, {"right knee": knee, "knee_angle_r": knee})
    with pytest.raises(BadInputError, match="two of its columns are right_knee_flexion"):
        compare_with_reference(project, file)
    file.write_text("Coordinates\ninDegrees=yes\nnRows=0\nendheader\ntime\tright knee\n")
    with pytest.raises(BadInputError, match="it holds no rows"):
        compare_with_reference(project, file)


def test_a_posture_that_was_taken_as_zero_is_told(project: Path, tmp_path: Path) -> None:
    from poseapp.core.analysis import NeutralPose
    from poseapp.core.settings_text import MEASURE, settings_to_json

    time, knee = angle(project, "right_knee_flexion")
    file = write(tmp_path / "a.mot", time, {"right knee": knee})
    neutral = NeutralPose(0, 0, 10, (("right_knee_flexion", 4.0),))
    with ProjectFile.open(project) as held:
        settings = replace(measure_project(project).settings, neutral=(neutral,))
        held.set_setting(MEASURE, settings_to_json(settings))
    table = compare_with_reference(project, file)
    assert table.rows[0].found.agreement.bias == pytest.approx(-4.0, abs=1e-6)
    assert any("posture that was taken as zero" in note for note in table.notes)


def test_the_command(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    time, knee = angle(project, "right_knee_flexion")
    hip = angle(project, "left_hip_flexion")[1]
    file = write(tmp_path / "ik.sto", time, {"right knee": knee - 1.5, "hip_flexion_l": hip, "subtalar": hip})
    assert command(["agree", str(project), str(file), "--plot", str(tmp_path / "plot.png")]) == 0
    said = capsys.readouterr()
    assert "60 frames, 0.00 to 1.97 s of the clip, person 1; bias is measured minus ik.sto" in said.out
    line = next(line.split() for line in said.out.splitlines() if line.startswith("Knee flexion R"))
    assert line[3:9] == ["60", "1.5", "1.5", "0.0", "1.5", "to"]
    assert "Not compared: subtalar" in said.out
    assert "note: hip_flexion_l is measured against the pelvis" in said.err
    assert (tmp_path / "plot.png").read_bytes()[:4] == b"\x89PNG"
    assert command(["agree", str(project), str(file), "--json", "--offset", "0.5"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["reference"], told["offset"], told["person"], told["unused"]) == ("ik.sto", 0.5, 1, ["subtalar"])
    assert told["seconds"][0] == pytest.approx(0.5)
    expected = {"name", "unit", "reference", "n", "rmse", "bias", "sd", "limits", "icc", "icc_interval", "correlation"}
    assert set(told["rows"][0]) == expected
    assert command(["agree", str(project), str(file), "--json", "--offset", "auto"]) == 0
    assert json.loads(capsys.readouterr().out)["offset"] == pytest.approx(0.0, abs=1 / 240)
    assert command(["agree", str(project), str(file), "--offset", "soon"]) == 2
    assert command(["agree", str(project), str(file), "--keypoints"]) == 2
    assert "--keypoints does not go with a motion file" in capsys.readouterr().err
    assert command(["agree", str(project), str(file), "--plot", str(tmp_path / "plot.doc")]) == 2
