"""A measured clip in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import ezc3d
import numpy as np
import pytest

from fixtures.figure import track_of, walk
from poseapp.cli.export import FORMATS as CHOICES
from poseapp.cli.export_pages import PAGES
from poseapp.core.analysis import Analysis
from poseapp.core.errors import UsageError
from poseapp.core.scene import Scene
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ClipInfo, Source
from poseapp.formats.registry import FORMATS
from poseapp.formats.tracks import Tracks
from poseapp.jobs.export import export_analysis, format_of, formats
from poseapp.jobs.import_file import read_file
from poseapp.jobs.import_guess import guess_format
from poseapp.jobs.import_tracks import bring
from poseapp.jobs.tracks import tracks_of, without_unsure
from poseapp.kinematics.measure import measure_person

BODY = load_skeleton("body18")
TIME = 2.0 + np.arange(40) / 30
KNEE, WRIST, HEEL = (BODY.index(name) for name in ("right_knee", "left_wrist", "left_heel"))


@pytest.fixture
def analysis() -> Analysis:
    """Two people; of the first a gap of two frames, a corrected keypoint, an absent one, and an unsure one."""
    track = track_of(walk(BODY, TIME - 2))
    xy, source, score = track.xy.copy(), track.source.copy(), track.score.copy()
    raw = track.raw.copy()
    xy[10:12, KNEE] = raw[10:12, KNEE] = np.nan
    source[10:12, KNEE] = Source.MISSING
    xy[20, WRIST], source[20, WRIST], score[20, WRIST] = (12.5, 30.25), Source.CORRECTED, 1.0
    xy[30, WRIST], source[30, WRIST], score[30, WRIST] = np.nan, Source.ABSENT, np.nan
    score[5, HEEL] = 0.1
    first = measure_person(replace(track, xy=xy, raw=raw, source=source, score=score), TIME, BODY)
    second = measure_person(track_of(walk(BODY, TIME - 2) + 100), TIME, BODY)
    return Analysis(ClipInfo("/home/rosa/w.mp4", "video", 640, 480, TIME, 30.0), "", BODY, None, (first, second))


def test_what_the_window_shows_is_written(analysis: Analysis) -> None:
    tracks = tracks_of(analysis)
    assert not tracks.seen[10:12, 0, KNEE].any()
    assert tracks.xy[20, 0, WRIST].tolist() == [12.5, 30.25]
    assert tracks.source[30, 0, WRIST] == Source.ABSENT
    assert (tracks.start, tracks.time[0], tracks.clip) == (2.0, 0.0, "w.mp4")
    assert tracks.metres is None


def test_smoothed_positions_are_those_that_angles_come_from(analysis: Analysis) -> None:
    tracks = tracks_of(analysis, smoothed=True)
    np.testing.assert_array_equal(tracks.xy[:, 0], analysis.persons[0].filtered.astype(np.float64))
    assert tracks.source[10, 0, KNEE] == Source.INTERPOLATED


def test_unsure_keypoints_are_left_out_where_a_format_has_no_scores(analysis: Analysis, tmp_path: Path) -> None:
    tracks = without_unsure(tracks_of(analysis), 0.3)
    assert not tracks.seen[5, 0, HEEL]
    assert tracks.seen[20, 0, WRIST]
    export_analysis(analysis, "trc", tmp_path / "w.trc")
    export_analysis(analysis, "sleap", tmp_path / "w.slp")
    one, other = FORMATS["trc"].read(tmp_path / "w_person1.trc"), FORMATS["sleap"].read(tmp_path / "w.slp")
    assert not one.seen[5, 0, HEEL]
    assert other.seen[5, 0, HEEL]


def test_formats_of_one_person_get_a_file_each(analysis: Analysis, tmp_path: Path) -> None:
    for name in ("trc", "mot", "c3d"):
        written = export_analysis(analysis, name, tmp_path / f"w.{name}")
        assert [path.name for path in written.paths] == [f"w_person1.{name}", f"w_person2.{name}"]
        assert all(path.is_file() for path in written.paths)
        alone = export_analysis(replace(analysis, persons=analysis.persons[:1]), name, tmp_path / f"alone.{name}")
        assert [path.name for path in alone.paths] == [f"alone.{name}"]


def test_a_scale_gives_metres(analysis: Analysis, tmp_path: Path) -> None:
    """200 px are 1 m: 5 mm a pixel, y up from the lowest row, 479."""
    alone = replace(analysis, persons=analysis.persons[:1], scene=Scene("line", 200.0, 1.0))
    export_analysis(alone, "trc", tmp_path / "w.trc")
    export_analysis(alone, "c3d", tmp_path / "w.c3d")
    markers = FORMATS["trc"].read(tmp_path / "w.trc")
    assert markers.unit == "m"
    x, y = analysis.persons[0].track.xy[3, KNEE].astype(np.float64)
    np.testing.assert_allclose(markers.xy[3, 0, KNEE], [x * 0.005, (479 - y) * 0.005], atol=1e-5)
    file = ezc3d.c3d(str(tmp_path / "w.c3d"))
    assert file["parameters"]["POINT"]["UNITS"]["value"] == ["mm"]
    np.testing.assert_allclose(file["data"]["points"][:2, KNEE, 3], [x * 5, (479 - y) * 5], rtol=1e-5)


def test_uneven_frames_in_c3d_are_told(analysis: Analysis, tmp_path: Path) -> None:
    late = TIME.copy()
    late[20:] += 0.05
    uneven = replace(analysis, clip=replace(analysis.clip, pts=late))
    assert "resampled to 30 frames/s" in export_analysis(uneven, "c3d", tmp_path / "w.c3d").notes[0]
    assert not export_analysis(analysis, "c3d", tmp_path / "w.c3d").notes
    assert not export_analysis(uneven, "trc", tmp_path / "w.trc").notes


@pytest.mark.parametrize("name", ["h5", "csv", "csv-tidy"])
def test_our_own_files_come_back(name: str, analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / f"w{formats()[name].suffixes[0]}"
    export_analysis(analysis, name, path)
    assert guess_format(path) == {"csv": "csv-tidy"}.get(name, name)
    _, back = read_file(path, None, "")
    tracks = tracks_of(analysis)
    columns = [back.keypoints.index(keypoint) for keypoint in BODY.keypoints]
    placed = tracks.placed
    np.testing.assert_array_equal(back.source[:, :, columns][placed], tracks.source[placed])
    shown = tracks.seen & (tracks.score >= 0.3)  # in the wide table unsure ones are missing, or filled
    np.testing.assert_allclose(back.xy[:, :, columns][shown], tracks.xy[shown], atol=0.0051)
    assert not predicted(back, columns)[10:12, 0, KNEE].any()


def predicted(back: Tracks, columns: list[int]) -> np.ndarray:
    return back.source[:, :, columns] == Source.PREDICTED


def test_the_first_format_of_a_suffix_is_ours() -> None:
    assert (format_of("a.h5"), format_of("a.csv"), format_of("a.TRC")) == ("h5", "csv", "trc")
    with pytest.raises(UsageError, match="no format has the suffix"):
        format_of("folder")


def test_choices_of_the_command_line_are_what_can_be_written() -> None:
    assert [name for name in CHOICES if name not in PAGES] == list(formats())


def test_pictures_keep_their_names(analysis: Analysis, tmp_path: Path) -> None:
    """A clip of 40 pictures: labels are known by the names of their files, whatever order a reader has them in."""
    folder = tmp_path / "shots"
    folder.mkdir()
    for number in range(40):
        (folder / f"walk{number + 7}.png").touch()
    shots = replace(analysis, clip=replace(analysis.clip, path=str(folder), kind="images"))
    export_analysis(shots, "coco", tmp_path / "w.json")
    export_analysis(shots, "dlc-labels", tmp_path / "CollectedData_poseapp.csv")
    data = json.loads((tmp_path / "w.json").read_text())
    assert [image["file_name"] for image in data["images"]][:3] == ["walk7.png", "walk8.png", "walk9.png"]
    labels = FORMATS["dlc-labels"].read(tmp_path / "CollectedData_poseapp.csv", "")
    assert labels.pictures == ("walk27.png",)
    brought = bring(labels, shots.clip, None, pictures=[f"walk{number + 7}.png" for number in range(40)])
    assert {key.frame for key in brought.marks} == {20}
