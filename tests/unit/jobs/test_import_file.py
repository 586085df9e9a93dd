"""Files of other tools into project files, from end to end."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.project_files import SKELETON, make_chunk, make_clip
from fixtures.tracks import make_tracks
from poseapp.cli.main import run
from poseapp.core.edit_builders import build_move, build_swap_sides
from poseapp.core.errors import BadInputError
from poseapp.core.locations import resources_folder
from poseapp.core.types import Key, MarkState, Source
from poseapp.formats.registry import FORMATS
from poseapp.jobs.import_file import import_file
from poseapp.jobs.import_guess import guess_format, readable
from poseapp.storage.project import ProjectFile

SAMPLE = resources_folder() / "sample" / "walk.mp4"
FILES = {
    "csv-tidy": "a.csv", "coco": "a.json", "dlc": "aDLC.h5", "sleap": "a.slp", "sleap-analysis": "a.analysis.h5",
    "trc": "a.trc", "c3d": "a.c3d", "nwb": "a.nwb", "openpose": "a_json",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_format_is_found_out_and_makes_a_project(name: str, tmp_path: Path) -> None:
    path = tmp_path / FILES[name]
    FORMATS[name].write(path, replace(make_tracks(persons=1), size=(960, 540)))
    assert guess_format(path) == name
    video = shutil.copy(SAMPLE, tmp_path / "walk.mp4")
    done = import_file(path, tmp_path / "new.poseapp", video=Path(video))
    assert (done.format, done.persons) == (name, 1)
    assert done.predicted_frames >= 5
    with ProjectFile.open(tmp_path / "new.poseapp", readonly=True) as project:
        loaded = project.load()
    store = loaded.store
    assert loaded.runs[-1].state == "done"
    knee = store.skeleton.index("right_knee")
    np.testing.assert_allclose(store.track(0).xy[1, knee], [10 * 1 + 0.25, 20 + 3 + 1], atol=0.01)
    assert store.track(0).source[1, knee] == Source.PREDICTED


def test_labels_become_marks_that_can_be_undone(tmp_path: Path) -> None:
    FORMATS["dlc-labels"].write(tmp_path / "CollectedData_poseapp.csv", make_tracks(persons=1))
    video = Path(shutil.copy(SAMPLE, tmp_path / "walk.mp4"))
    project = tmp_path / "new.poseapp"
    done = import_file(tmp_path / "CollectedData_poseapp.csv", project, video=video)
    assert (done.predicted_frames, done.marks) == (0, 2)
    with ProjectFile.open(project) as file:
        loaded = file.load()
        assert loaded.store.marked_frames().tolist() == [2, 3]
        assert loaded.history.undo_label == "Import labels from CollectedData_poseapp.csv"
        edit = loaded.history.next_undo
        assert edit is not None
        loaded.store.apply(edit)
        assert not len(loaded.store.marked_frames())


def test_into_a_project_with_work_in_it(tmp_path: Path) -> None:
    """What a person placed stays; the predictions are a run of their own, and a second import adds no marks."""
    project = tmp_path / "walk.poseapp"
    with ProjectFile.create(project, make_clip(tmp_path), SKELETON) as file:
        run_id = file.begin_run(_model())
        file.write_chunk(run_id, make_chunk(0, 30))
        file.end_run(run_id)
        store = file.load().store
        edit = build_move(store, Key(4, 0, 1), (1.0, 2.0))
        file.record("do", edit)
    FORMATS["coco"].write(tmp_path / "a.json", make_tracks(persons=1))
    first = import_file(tmp_path / "a.json", project)
    assert first.keypoints == 16 + 21 - 14  # heels, toes, ears and nose are added
    again = import_file(tmp_path / "a.json", project)
    assert again.marks == first.marks
    with ProjectFile.open(project, readonly=True) as file:
        loaded, journal = file.load(), file.journal()
    assert [run.model.name for run in loaded.runs] == ["probe", "imported", "imported"] or len(loaded.runs) == 3
    mark = loaded.store.mark(Key(4, 0, 1))
    assert mark is not None
    assert (mark.x, mark.y, mark.state) == (1.0, 2.0, MarkState.VISIBLE)
    assert len(journal) == 3  # the move, the new keypoints, the marks


def test_swapped_sides_stay_as_they_were_exported(tmp_path: Path) -> None:
    """A project is exported after left and right were swapped; imported again, nothing is swapped twice."""
    project = tmp_path / "walk.poseapp"
    with ProjectFile.create(project, make_clip(tmp_path), SKELETON) as file:
        run_id = file.begin_run(_model())
        file.write_chunk(run_id, make_chunk(0, 30))
        file.end_run(run_id)
        edit = build_swap_sides(file.load().store, 0, 10, 20)
        file.record("do", edit)
        before = file.load().store.track(0)
    assert run(["export", str(project), "--format", "sleap", "--out", str(tmp_path / "a.slp")]) == 0
    import_file(tmp_path / "a.slp", project)
    with ProjectFile.open(project, readonly=True) as file:
        loaded = file.load()
    assert len(loaded.runs) == 2
    np.testing.assert_array_equal(loaded.store.track(0).xy, before.xy)


def test_nothing_is_made_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.slp").write_bytes(b"no")
    with pytest.raises(BadInputError, match="no project of SLEAP"):
        import_file(tmp_path / "a.slp", tmp_path / "new.poseapp", video=SAMPLE)
    assert not (tmp_path / "new.poseapp").exists()


def test_a_new_project_needs_a_clip(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="--video CLIP"):
        import_file(tmp_path / "a.slp", tmp_path / "new.poseapp")


def test_a_motion_file_says_what_to_import_instead(tmp_path: Path) -> None:
    (tmp_path / "a.mot").write_text("Coordinates\nendheader\ntime\tknee\n0\t1\n")
    with pytest.raises(BadInputError, match=r"Import the TRC file beside it, .*: poseapp agree PROJECT a\.mot"):
        guess_format(tmp_path / "a.mot")


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    FORMATS["sleap"].write(tmp_path / "a.slp", make_tracks())
    project = str(tmp_path / "new.poseapp")
    assert run(["import", str(tmp_path / "a.slp"), "--project", project, "--video", str(SAMPLE), "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["format"], done["persons"], done["marks"], done["keypoints"]) == ("sleap", 2, 3, 21)
    assert run(["import", str(tmp_path / "gone.slp"), "--project", project]) == 3
    assert capsys.readouterr().err.strip() == "poseapp: gone.slp: there is no such file."


def test_choices_of_the_command_line_are_what_can_be_read() -> None:
    from poseapp.cli.import_file import _FORMATS

    assert set(_FORMATS) == set(readable())


@pytest.mark.data
def test_the_dancer_of_sleap(shared_data: Path, tmp_path: Path) -> None:
    """The real labels of a real clip: three frames by a person, the others predicted, all on COCO's keypoints."""
    video = shared_data / "clips" / "dance.mp4"
    labels = shared_data / "formats" / "sleap" / "dance.mp4.labels.slp"
    done = import_file(labels, tmp_path / "dance.poseapp", video=video)
    assert (done.frames, done.persons, done.keypoints) == (450, 1, 17)
    assert done.marks == 48  # of 3 x 17 three are not visible
    with ProjectFile.open(tmp_path / "dance.poseapp", readonly=True) as file:
        store = file.load().store
    assert store.skeleton.name == "coco17"
    assert len(store.marked_frames()) == 3


@pytest.mark.data
def test_the_mouse_of_deeplabcut_keeps_its_keypoints(shared_data: Path, tmp_path: Path) -> None:
    labels = shared_data / "formats" / "dlc" / "CollectedData_Pranav.csv"
    done = import_file(labels, tmp_path / "mouse.poseapp", video=SAMPLE)
    assert done.keypoints == 4
    assert (done.frames, done.predicted_frames) == (116, 0)
    with ProjectFile.open(tmp_path / "mouse.poseapp", readonly=True) as file:
        assert file.load().store.skeleton.keypoints == ("snout", "left_ear", "right_ear", "tailbase")


def _model():
    from fixtures.project_files import MODEL

    return MODEL
