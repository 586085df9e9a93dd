"""From the marks of a project to a network in the library: in this process, and killed in one of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from fixtures.marked_projects import make_rendered_project  # noqa: E402
from poseapp.core.errors import BadInputError, CancelledError  # noqa: E402
from poseapp.core.finetune_events import DataRead, FineTuneEvent, Finished, Measured, Stepped, event_from_line  # noqa: E402
from poseapp.core.own_builders import build_add_keypoints, build_rename_keypoint  # noqa: E402
from poseapp.core.own_keypoints import OwnKeypoint, extended  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ClipInfo, ModelSpec  # noqa: E402
from poseapp.inference.library import entries  # noqa: E402
from poseapp.inference.network import load_network  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.storage.project import ProjectFile  # noqa: E402
from poseapp.training.exporting.export import export_onnx  # noqa: E402
from poseapp.training.finetuning.control import Control  # noqa: E402
from poseapp.training.finetuning.run import TuneOrder, carry_out, wanted_skeleton  # noqa: E402
from poseapp.training.finetuning.settings import TuneSettings  # noqa: E402
from poseapp.training.measuring.evaluate import MEAN, STD  # noqa: E402

SHORT = TuneSettings(marked=4, replay=2, replay_people=3, most_steps=4, measurements=2)


@pytest.fixture(autouse=True)
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEAPP_MODELS", str(tmp_path / "models"))
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untaught network at pictures so small that a step takes no time."""
    torch.manual_seed(0)
    skeleton = load_skeleton("body21")
    spec = ModelSpec("tiny", "Tiny", "fasterpose-slim", skeleton, (64, 64), MEAN, STD, "sigmoid", crop_factor=1.25)
    network = find_architecture("fasterpose-slim").build(skeleton)
    return export_onnx(network.eval(), spec, tmp_path_factory.mktemp("parent") / "tiny.onnx", any_size=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_rendered_project(tmp_path, range(0, 48, 4), n_frames=48, size=(160, 100)).path


def test_marks_become_a_network_with_its_proof(project: Path, parent: Path) -> None:
    said: list[FineTuneEvent] = []
    order = TuneOrder((project,), str(parent), "mine", minutes=1, settings=SHORT)
    report = carry_out(order, Control(), said.append)
    folder = project.with_name("walk.training")
    read = next(event for event in said if isinstance(event, DataRead))
    assert (read.clips, read.frames, read.marks) == (1, 12, 12 * 18)
    assert read.held_out == report.held_out_frames > 0
    assert [event.step for event in said if isinstance(event, Measured)][:2] == [0, 2]
    assert report.model == "mine"
    assert report.parent == "tiny"
    assert json.loads((folder / "report.json").read_text()) == json.loads(report.to_json())
    assert all((folder / name).is_file() for name in report.examples)
    assert not list(folder.glob("checkpoint*"))
    (entry,) = (entry for entry in entries() if entry.name == "mine")
    spec = load_network(entry.path).spec
    assert spec.lineage is not None
    assert (spec.lineage.parent, spec.lineage.frames) == ("tiny", report.frames)
    assert spec.lineage.after_px == pytest.approx(report.after_px, abs=1e-3)
    assert spec.crop_factor == 1.25
    assert b"walk" not in entry.path.read_bytes()  # nothing says whose clip it was
    assert entry.path.stat().st_size < 0.6 * parent.stat().st_size  # weights at half the size

    with pytest.raises(BadInputError, match="of this name is there already"):
        carry_out(order, Control(), said.append)


def test_too_few_corrections_are_said_so(tmp_path: Path, parent: Path) -> None:
    project = make_rendered_project(tmp_path, [3, 9], n_frames=24, size=(160, 100)).path
    with pytest.raises(BadInputError, match="there are 2 corrected frames, too few"):
        carry_out(TuneOrder((project,), str(parent), settings=SHORT), Control(), lambda _event: None)


def test_a_cancelled_one_leaves_nothing_in_the_library(project: Path, parent: Path) -> None:
    control = Control()
    with pytest.raises(CancelledError):
        carry_out(TuneOrder((project,), str(parent), settings=SHORT), control, lambda event: control.cancel())
    assert not [entry for entry in entries() if entry.name.startswith("walk")]


def test_keypoints_that_a_person_added_are_wanted_of_the_network(project: Path) -> None:
    skeleton = load_skeleton("body21")
    assert wanted_skeleton(skeleton, (project,)) == skeleton
    with ProjectFile.open(project) as opened:
        own = opened.load().skeleton
    assert own == skeleton
    longer = extended(skeleton, [OwnKeypoint("racket_tip", ("right_wrist",))])
    path = project.with_name("racket.poseapp")
    with ProjectFile.open(project, readonly=True) as opened:
        media = opened.media()
    assert media.n_frames == 48
    from poseapp.video import open_clip

    with open_clip(project.with_suffix(".mp4")) as clip:
        ProjectFile.create(path, clip.info, longer).close()
    assert wanted_skeleton(skeleton, (project, path)).keypoints == longer.keypoints


def test_what_the_network_knows_by_an_older_name_or_in_another_order_is_not_wanted_again(tmp_path: Path) -> None:
    skeleton = load_skeleton("body21")
    clip = ClipInfo(str(tmp_path / "walk.mp4"), "video", 64, 48, np.arange(4) / 30, 30.0)
    (tmp_path / "walk.mp4").write_bytes(b"not really a film")
    tip = OwnKeypoint("racket_tip", ("right_wrist",))
    with ProjectFile.create(tmp_path / "walk.poseapp", clip, skeleton) as opened:
        store = opened.load().store
        for build in (
            lambda: build_add_keypoints(store, [OwnKeypoint("ball"), tip]),
            lambda: build_rename_keypoint(store, "racket_tip", "bat_tip"),
        ):
            edit = build()
            store.apply(edit)
            opened.record("do", edit)
    project = (tmp_path / "walk.poseapp",)
    assert wanted_skeleton(skeleton, project).keypoints == (*skeleton.keypoints, "ball", "bat_tip")
    tuned = extended(skeleton, [tip])
    assert wanted_skeleton(tuned, project).keypoints == (*skeleton.keypoints, "racket_tip", "ball")


class Child:
    """`poseapp finetune --progress` as the window runs it; at the end of the block it is gone, however it went."""

    def __init__(self, project: Path, parent: Path) -> None:
        command = [sys.executable, "-m", "poseapp", "finetune", str(project), "--model", str(parent), "--progress"]
        self.process = subprocess.Popen(
            [*command, "--minutes", "4"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.events: list[FineTuneEvent] = []

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        with suppress(OSError):
            self.process.stdin.close()

    def until(self, kind: type) -> FineTuneEvent:
        for line in self.process.stdout:
            self.events.append(event_from_line(line))
            if isinstance(self.events[-1], kind):
                return self.events[-1]
        raise AssertionError(f"no {kind.__name__} in {self.events}")

    def say(self, word: str) -> None:
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_killed_it_goes_on_where_it_was_and_cancelled_it_ends_at_once(project: Path, parent: Path) -> None:
    checkpoint = project.with_name("walk.training") / "checkpoint.pt"
    with Child(project, parent) as child:
        first = child.until(Stepped)
        while not checkpoint.exists():
            child.until(Stepped)
        child.process.send_signal(signal.SIGKILL)
        assert child.process.wait(10) == -signal.SIGKILL

    with Child(project, parent) as child:
        again = child.until(Stepped)
        assert not [event for event in child.events if isinstance(event, Measured) and event.step == 0]
        assert again.steps == first.steps  # type: ignore[attr-defined]
        assert again.step > 1  # type: ignore[attr-defined]
        began = time.monotonic()
        child.say("cancel")
        assert child.process.wait(10) == 4
        assert time.monotonic() - began < 2  # a second, and what a busy machine adds

    with Child(project, parent) as child:
        report = child.until(Finished).report  # type: ignore[attr-defined]
        assert child.process.wait(20) == 0
        assert report.held_out_frames > 0
        assert report.model == "walk-tuned"
    assert not checkpoint.exists()


@pytest.mark.slow
def test_the_end_of_stdin_ends_it(project: Path, parent: Path) -> None:
    with Child(project, parent) as child:
        child.until(DataRead)
        child.process.stdin.close()
        assert child.process.wait(10) == 4
