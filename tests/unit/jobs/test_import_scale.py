"""Files in metres and millimetres, brought to the px of a clip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.figure import walk
from fixtures.project_files import make_clip
from fixtures.tracks import make_tracks
from poseapp.cli.main import run as command
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.scene import Lens, Plane, Scene
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, ModelSpec, PoseChunk
from poseapp.formats.registry import FORMATS
from poseapp.formats.tracks import Tracks
from poseapp.jobs.import_file import import_file
from poseapp.jobs.import_scale import FileScale, in_pixels
from poseapp.jobs.told import told_edits
from poseapp.storage.project import ProjectFile

BODY = load_skeleton("body21")
SPEC = ModelSpec("probe", "Probe", "efficientpose-rt", BODY, (224, 224), (0.0,) * 3, (1.0,) * 3)
CLIP = ClipInfo("walk.mp4", "video", 640, 480, np.arange(6) * 0.04, 25.0)
SCALE = Scene("line", 100.0, 0.5)  # 200 px to a metre
N = 30


def in_metres(*, unit: str = "m", factor: float = 1.0) -> Tracks:
    """Two points: (1, 0.5) m and (2, 1.5) m."""
    xy = np.array([[[[1.0, 0.5], [2.0, 1.5]]]]) * factor
    seen = np.ones((1, 1, 2))
    return Tracks(("right_knee", "right_hip"), np.arange(1), xy, seen, seen.astype(np.uint8), ("person1",),
                  time=np.zeros(1), key="time", unit=unit, y_up=True, tool="TRC")  # fmt: skip


@pytest.mark.parametrize(("unit", "factor"), [("m", 1.0), ("cm", 100.0), ("mm", 1000.0)])
def test_px_per_metre_from_the_lower_left_corner(unit: str, factor: float) -> None:
    made = in_pixels(in_metres(unit=unit, factor=factor), CLIP, Scene(), FileScale(200.0))
    np.testing.assert_allclose(made.xy[0, 0], [[200, 479 - 100], [400, 479 - 300]])
    assert (made.unit, made.y_up) == ("px", False)
    told = f"Positions in {unit} were brought to px by 200 px to a metre, from the lower left corner of the picture."
    assert made.notes == (told,)


def test_an_origin_of_ones_own() -> None:
    made = in_pixels(in_metres(), CLIP, Scene(), FileScale(100.0, (40.0, 400.0)))
    np.testing.assert_allclose(made.xy[0, 0], [[140, 350], [240, 250]])
    # With the scale of the recording, 200 px to a metre, and its floor, which rises by 90 - 53.13 = 36.87 degrees:
    # right along it is (0.8, 0.6) up, and up from it is (-0.6, 0.8).
    sloped = replace(SCALE, floor_degrees=np.degrees(np.arctan2(3, 4)))
    made = in_pixels(in_metres(), CLIP, sloped, FileScale(None, (40.0, 400.0)))
    np.testing.assert_allclose(made.xy[0, 0, 0], [40 + 200 * (0.8 - 0.3), 400 - 200 * (0.6 + 0.4)], atol=1e-9)
    assert "by the scale of the recording, from 40, 400 px" in made.notes[0]


def test_the_scale_of_the_recording_and_what_is_told_comes_first() -> None:
    made = in_pixels(in_metres(), CLIP, SCALE, None)
    np.testing.assert_allclose(made.xy[0, 0], [[200, 379], [400, 179]])
    assert "by the scale of the recording, from the lower left corner" in made.notes[0]
    floor = Plane(((0.0, 9.0), (9.0, 9.0), (7.0, 1.0), (2.0, 1.0)), 2.0, 1.5)
    assert in_pixels(in_metres(), CLIP, replace(SCALE, plane=floor), None).notes == made.notes
    told = in_pixels(in_metres(), CLIP, SCALE, FileScale(100.0))
    np.testing.assert_allclose(told.xy[0, 0], [[100, 429], [200, 329]])


def test_without_a_scale_it_is_said_how_to_give_one() -> None:
    floor = Plane(((0.0, 9.0), (9.0, 9.0), (7.0, 1.0), (2.0, 1.0)), 2.0, 1.5)
    for scene in (Scene(), Scene(plane=floor)):
        with pytest.raises(BadInputError, match=r"are in m, not in px .* the recording has no scale") as raised:
            in_pixels(in_metres(), CLIP, scene, None)
        assert "Measure › Scale and time of the recording" in raised.value.remedy
        assert "--px-per-metre NUMBER [--origin X,Y]" in raised.value.remedy


def test_what_would_lie_outside_of_the_picture_is_refused() -> None:
    with pytest.raises(BadInputError, match="100% of its positions in m lie outside of the picture") as raised:
        in_pixels(in_metres(), CLIP, Scene(), FileScale(2000.0))
    assert "--origin X,Y" in raised.value.remedy


def test_wrong_usage() -> None:
    with pytest.raises(UsageError, match="in px already"):
        in_pixels(make_tracks(), CLIP, Scene(), FileScale(200.0))
    for values in ((0.0,), (-3.0,), (float("nan"),), (200.0, (float("inf"), 0.0))):
        with pytest.raises(UsageError):
            FileScale(*values)
    with pytest.raises(BadInputError, match="in furlong, not in px"):
        in_pixels(in_metres(unit="furlong"), CLIP, SCALE, None)


@pytest.mark.parametrize("name", ["trc", "c3d"])
def test_sports2d_counts_metres_from_a_foot(name: str, tmp_path: Path) -> None:
    tracks = replace(make_tracks(persons=1), metres=make_tracks(persons=1).xy / 100)
    path = tmp_path / f"demo_Sports2D_m_person00.{name}"
    FORMATS[name].write(path, tracks)
    read = FORMATS[name].read(path)
    with pytest.raises(BadInputError, match="from where the person first touched the floor") as raised:
        in_pixels(read, CLIP, SCALE, None)
    assert "in px beside it" in raised.value.remedy
    made = in_pixels(read, CLIP, SCALE, FileScale(100.0, (0.0, 479.0)))
    np.testing.assert_allclose(made.xy[1, 0, 0], [0.25, 479 - 23], atol=0.01)


def test_c3d_of_a_laboratory_with_z_up(tmp_path: Path) -> None:
    import ezc3d

    FORMATS["c3d"].write(tmp_path / "a.c3d", replace(make_tracks(persons=1), metres=make_tracks(persons=1).xy / 100))
    file = ezc3d.c3d(str(tmp_path / "a.c3d"))
    points = np.asarray(file["data"]["points"])
    turned = np.stack([np.zeros_like(points[0]), -points[0], points[1]])  # X away, -Y to the right, Z up
    file["data"]["points"][:3] = turned
    file["parameters"]["POINT"]["X_SCREEN"]["value"] = ["-Y"]
    file["parameters"]["POINT"]["Y_SCREEN"]["value"] = ["+Z"]
    file.write(str(tmp_path / "b.c3d"))
    one, other = (FORMATS["c3d"].read(tmp_path / name) for name in ("a.c3d", "b.c3d"))
    np.testing.assert_array_equal(one.xy, other.xy)


LENS = Lens(640, 480, (600.0, 600.0, 320.0, 240.0), (-0.1, 0.02, 0.0, 0.0, 0.0))
PLANE = Plane(((100.0, 400.0), (560.0, 380.0), (520.0, 90.0), (140.0, 80.0)), 3.0, 2.0, is_floor=False)


def make_project(folder: Path, name: str, scene: Scene, *, poses: bool) -> Path:
    """A project with a scene, with a walk in it or with nobody."""
    folder.mkdir(exist_ok=True)
    store, clip = PoseStore(BODY, N), make_clip(folder, N)
    with ProjectFile.create(folder / name, clip, BODY, sha256="ab" * 32) as project:
        if poses:
            xy = walk(BODY, np.arange(N) / 30)[:, None].astype(np.float32)
            xy = (xy - np.nanmean(xy, axis=(0, 1, 2))) * 0.5 + (320, 240)
            score = np.where(np.isnan(xy[..., 0]), np.nan, 0.9).astype(np.float32)
            cov = np.broadcast_to(np.float32([1, 0, 1]), (*score.shape, 3)).copy()
            run = project.begin_run(SPEC)
            project.write_chunk(run, PoseChunk(0, xy.astype(np.float32), score, cov))
            project.end_run(run)
        for edit in told_edits(store.items, clip, scene, ()):
            store.apply(edit)
            project.record("do", edit)
    return folder / name


@pytest.mark.parametrize(
    "scene",
    [SCALE, Scene("height", 311.7, 1.83, 0.03, floor_degrees=2.5), replace(SCALE, lens=LENS), Scene(plane=PLANE)],
    ids=["line", "height on a slope", "lens", "rectangle"],
)
def test_our_own_export_in_metres_comes_back_to_the_printed_digits(scene: Scene, tmp_path: Path) -> None:
    one, other = (make_project(tmp_path / f, "p.poseapp", scene, poses=f == "one") for f in ("one", "other"))
    assert command(["export", str(one), "--format", "trc", "--out", str(tmp_path / "one" / "walk.trc")]) == 0
    text = (tmp_path / "one" / "walk.trc").read_text()
    assert text.splitlines()[2].split("\t")[4] == "m"
    done = import_file(tmp_path / "one" / "walk.trc", other)
    assert (done.predicted_frames, done.persons) == (N, 1)
    assert command(["export", str(other), "--format", "trc", "--out", str(tmp_path / "other" / "walk.trc")]) == 0
    assert (tmp_path / "other" / "walk.trc").read_text() == text


def test_c3d_in_millimetres_comes_back(tmp_path: Path) -> None:
    one, other = (make_project(tmp_path / f, "p.poseapp", SCALE, poses=f == "one") for f in ("one", "other"))
    assert command(["export", str(one), "--format", "c3d", "--out", str(tmp_path / "walk.c3d")]) == 0
    assert FORMATS["c3d"].read(tmp_path / "walk.c3d").unit == "mm"
    import_file(tmp_path / "walk.c3d", other)
    with ProjectFile.open(one) as a, ProjectFile.open(other) as b:
        np.testing.assert_allclose(a.load().store.track(0).xy, b.load().store.track(0).xy, atol=2e-3)


def test_the_command_takes_a_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = make_project(tmp_path / "one", "p.poseapp", SCALE, poses=True)
    other = make_project(tmp_path / "other", "p.poseapp", Scene(), poses=False)
    file = tmp_path / "walk.trc"
    assert command(["export", str(one), "--format", "trc", "--out", str(file)]) == 0
    assert command(["import", str(file), "--project", str(other)]) == 3
    said = capsys.readouterr().err
    assert "walk.trc" in said
    assert "--px-per-metre NUMBER" in said
    assert command(["import", str(file), "--project", str(other), "--px-per-metre", "200"]) == 0
    assert "200 px to a metre, from the lower left corner" in capsys.readouterr().err
    with ProjectFile.open(one) as a, ProjectFile.open(other) as b:
        np.testing.assert_allclose(a.load().store.track(0).xy, b.load().store.track(0).xy, atol=2e-3)
    assert command(["import", str(file), "--project", str(other), "--px-per-metre", "200", "--origin", "4"]) == 2
    assert command(["import", str(file), "--project", str(other), "--px-per-metre", "0"]) == 2
