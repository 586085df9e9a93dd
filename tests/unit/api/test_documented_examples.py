"""The examples of docs/api.md, run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from poseapp.core.locations import resources_folder
from poseapp.video import open_clip
from poseapp.video.writing import write_video

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
N = 24


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the first frames of the sample as walk.mp4, in which one works."""
    with open_clip(resources_folder() / "sample" / "walk.mp4") as clip:
        frames = list(clip.frames(0, N))
        with write_video(tmp_path / "walk.mp4", frames[0].rgb.shape[:2], clip.info.fps) as writer:
            for frame in frames:
                writer.add(frame.rgb, frame.pts)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_example_runs_and_leaves_the_files_that_it_names(walk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    told = capsys.readouterr().out
    assert f"{N} frames" in told
    assert f"({N}, 2)" in told
    assert "ICC 1.00" in told
    assert "RMSE 0.0°, bias" in told
    for name in ("walk.h5", "walk.csv", "walk.trc", "coco.json", "walk_overlay.mp4", "walk.png", "walk.pdf"):
        assert (walk / name).stat().st_size > 500, name


def test_views_hold_the_same_numbers_as_the_file(walk: Path) -> None:
    from poseapp import api

    analysis = api.analyze("walk.mp4")
    api.export(analysis, "walk.h5")
    table, dataset = api.to_pandas(analysis), api.to_xarray(analysis)
    with h5py.File("walk.h5") as file:
        values = file["persons/0/angles/values"][:]
        final = file["persons/0/keypoints/final"][:]
    name = analysis.persons[0].angles.definitions[3].name
    assert np.allclose(table.loc[table.angle == name, "value"], values[:, 3], equal_nan=True)
    assert np.allclose(dataset.angle.sel(angles=name, individuals="person_1"), values[:, 3], equal_nan=True)
    knee = dataset.position.sel(keypoints="right_knee", individuals="person_1")
    assert knee.dims == ("time", "space")
    assert np.allclose(knee, final[:, analysis.skeleton.index("right_knee")], equal_nan=True)
    keypoints = api.to_pandas(analysis, "keypoints")
    assert len(keypoints) == N * analysis.skeleton.n_keypoints
    one = keypoints.loc[(keypoints.keypoint == "right_knee") & (keypoints.frame == 5)].iloc[0]
    assert (one.x, one.y) == pytest.approx(tuple(final[5, analysis.skeleton.index("right_knee")]))
    assert one.source == "predicted"


def test_the_data_set_is_what_movement_asks_for(walk: Path) -> None:
    from poseapp import api

    dataset = api.to_xarray(api.analyze("walk.mp4"))
    # movement 0.15, validators/datasets.py, ValidPosesInputs: names of dimensions and variables, and attributes.
    assert dataset.position.dims == ("time", "space", "keypoints", "individuals")
    assert dataset.confidence.dims == ("time", "keypoints", "individuals")
    assert list(dataset.space.values) == ["x", "y"]
    assert (dataset.attrs["ds_type"], dataset.attrs["time_unit"]) == ("poses", "seconds")
    assert dataset.attrs["fps"] == pytest.approx(30.0)
