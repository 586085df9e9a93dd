"""The table for spreadsheets."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import track_of, walk
from poseapp.core.analysis import Analysis, NeutralPose
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ClipInfo, Source
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.neutral import with_neutral
from poseapp.storage.csv_file import write_csv

BODY = load_skeleton("body18")
TIME = 2.0 + np.arange(40) / 30


@pytest.fixture
def analysis() -> Analysis:
    track = track_of(walk(BODY, TIME - 2))
    xy, source = track.xy.copy(), track.source.copy()
    xy[10:12, BODY.index("right_knee")] = np.nan
    source[10:12, BODY.index("right_knee")] = Source.MISSING
    xy[20, BODY.index("left_wrist")] = (12.345, -0.001)
    source[20, BODY.index("left_wrist")] = Source.CORRECTED
    xy[30, BODY.index("left_wrist")] = np.nan
    source[30, BODY.index("left_wrist")] = Source.ABSENT
    first = measure_person(replace(track, xy=xy, source=source), TIME, BODY)
    second = measure_person(track_of(walk(BODY, TIME - 2) + 100), TIME, BODY)
    return Analysis(ClipInfo("/home/rosa/w.mp4", "video", 640, 480, TIME, 30.0), "", BODY, None, (first, second))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_frame_and_person(analysis: Analysis, tmp_path: Path) -> None:
    write_csv(tmp_path / "w.csv", analysis)
    rows = read(tmp_path / "w.csv")
    assert len(rows) == 80
    assert [(r["frame"], r["time_s"], r["person"]) for r in rows[:3]] == [
        ("0", "2.000000", "0"),
        ("0", "2.000000", "1"),
        ("1", "2.033333", "0"),
    ]
    assert rows[79]["frame"] == "39"


def test_header_names_units(analysis: Analysis, tmp_path: Path) -> None:
    write_csv(tmp_path / "w.csv", analysis)
    header = (tmp_path / "w.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert len(header) == 3 + 18 * 4 + 32 * 2
    assert header[:7] == [
        "frame",
        "time_s",
        "person",
        "right_ankle_x_px",
        "right_ankle_y_px",
        "right_ankle_score",
        "right_ankle_source",
    ]
    assert header[-2:] == ["left_foot_progression_deg", "left_foot_progression_sigma_deg"]


def test_a_neutral_posture_is_told_in_every_row(analysis: Analysis, tmp_path: Path) -> None:
    first, second = analysis.persons
    knee = first.angles.column("right_knee_flexion")
    neutral = with_neutral(first.angles, NeutralPose(0, 0, 5, (("right_knee_flexion", 10.0),)))
    zeroed = replace(analysis, persons=(replace(first, angles=neutral), second))
    write_csv(tmp_path / "w.csv", zeroed)
    rows = read(tmp_path / "w.csv")
    assert [row["joint_zero"] for row in rows[:3]] == ["neutral", "defined", "neutral"]
    expected = first.angles.values[0, knee] - 10
    assert float(rows[0]["right_knee_flexion_deg"]) == pytest.approx(expected, abs=0.006)


def test_values_are_those_measured(analysis: Analysis, tmp_path: Path) -> None:
    write_csv(tmp_path / "w.csv", analysis)
    rows = read(tmp_path / "w.csv")[::2]  # the first person
    measures = analysis.persons[0]
    for name, series in (("right_knee_flexion", measures.angles.values), ("trunk_segment", measures.angles.values)):
        written = [float(row[f"{name}_deg"]) for row in rows]
        assert written == pytest.approx(series[:, measures.angles.column(name)], abs=0.0051)
    knee = [row["right_knee_source"] for row in rows[9:13]]
    assert knee == ["predicted", "interpolated", "interpolated", "predicted"]
    assert rows[10]["right_knee_flexion_sigma_deg"] == ""
    corrected = {unit: rows[20][f"left_wrist_{unit}"] for unit in ("x_px", "y_px", "score", "source")}
    assert corrected == {"x_px": "12.35", "y_px": "0.00", "score": "0.900", "source": "corrected"}


def test_missing_values_are_empty_cells(analysis: Analysis, tmp_path: Path) -> None:
    write_csv(tmp_path / "w.csv", analysis)
    row = read(tmp_path / "w.csv")[60]
    assert (row["left_wrist_x_px"], row["left_wrist_y_px"], row["left_wrist_source"]) == ("", "", "absent")
    assert row["left_elbow_flexion_deg"] == ""
    assert "nan" not in (tmp_path / "w.csv").read_text(encoding="utf-8").lower()


def test_nobody_gives_a_header(analysis: Analysis, tmp_path: Path) -> None:
    write_csv(tmp_path / "w.csv", replace(analysis, persons=()))
    assert len((tmp_path / "w.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_a_folder_that_is_not_there_is_told(analysis: Analysis, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be written"):
        write_csv(tmp_path / "no" / "w.csv", analysis)
