"""A fine-tuning from the marks of projects to a network in the library, with its proof."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from poseapp.core.errors import BadInputError
from poseapp.core.finetune_events import DataRead
from poseapp.core.finetune_report import FineTuneReport
from poseapp.core.lineage import Lineage
from poseapp.core.own_keypoints import appended_by, extended, unknown_to
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import ModelSpec
from poseapp.inference.catalog import find_model
from poseapp.inference.library import add_model, default_name, free_name, taken_names
from poseapp.inference.library_names import DEFAULT, check_name, same_name
from poseapp.inference.network import load_network
from poseapp.inference.network_check import read_network
from poseapp.storage.project import ProjectFile
from poseapp.training.describe import describe_again
from poseapp.training.finetuning.control import Control
from poseapp.training.finetuning.data import MarkedPeople, read_marked
from poseapp.training.finetuning.folder import WorkingFolder
from poseapp.training.finetuning.judging import Judge
from poseapp.training.finetuning.loop import Say, Task, Tuner
from poseapp.training.finetuning.merging import merged_network, shipped_moments
from poseapp.training.finetuning.pace import measure_pace
from poseapp.training.finetuning.pictures import pictures_to_quantise
from poseapp.training.finetuning.proof import prove, write_report
from poseapp.training.finetuning.replay import rendered_people
from poseapp.training.finetuning.settings import TuneSettings, build_recipe
from poseapp.training.finetuning.split import Split, split_frames
from poseapp.training.finetuning.start import Trainable, extend_head, load_trainable
from poseapp.training.finetuning.writing import write_tuned
from poseapp.training.recipe import Recipe

LEAST_FRAMES = 3  # corrected: from fewer nothing is learnt that is not learnt by heart
_PROOF_SHARE, _PROOF_SECONDS = 0.2, 45.0  # of the time given: kept for export and proof
_LEAST_STEPS = 20
_MOST_THREADS = 8
_TUNED = "Fine-tuned from"


@dataclass(frozen=True)
class TuneOrder:
    """What a person asked for.

    Attributes:
        projects: Files with marks; the working folder lies beside the first.
        model: Name or file of the network to begin with.
        name: Of the new one; "" makes one of the first project's.
        minutes: That all of it may take.
        fresh: Begin anew even where an earlier one was stopped.
        specialise: All of the new weights may be taken: nearer on clips like these, and more is forgotten of others.
        settings: Of the method.
    """

    projects: tuple[Path, ...]
    model: str = DEFAULT
    name: str = ""
    minutes: float = 5.0
    fresh: bool = False
    specialise: bool = False
    settings: TuneSettings = field(default_factory=TuneSettings)


@dataclass(frozen=True)
class _Lesson:
    """What an order came to: the network to begin with, the marks, and which of them are for what."""

    file: Path
    parent: ModelSpec
    start: Trainable
    people: MarkedPeople
    split: Split


def carry_out(order: TuneOrder, control: Control, say: Say) -> FineTuneReport:
    """Fine-tune, or go on where an earlier one was stopped; prove it and put it into the library.

    Raises:
        BadInputError: A project, the network, its name or the marks are not fit for it.
        CancelledError: The person said so; the same order goes on from the last checkpoint.
    """
    began = time.monotonic()
    for path in order.projects:  # before anything is written beside one that is none
        ProjectFile.open(path, readonly=True).close()
    if order.specialise:
        order = replace(order, settings=replace(order.settings, keep=0.0))
    folder = WorkingFolder.beside(order.projects[0])
    name = _name_for(order)
    lesson = _read(order, folder, control)
    learnt, held = lesson.people.chosen(lesson.split.learnt), lesson.people.chosen(lesson.split.held_out)
    n_held = held.n_frames if len(held) else 0
    say(DataRead(len(lesson.people.clips), lesson.people.n_frames, lesson.people.n_marks, n_held))
    folder.prepare(_digest(order, lesson), fresh=order.fresh)
    tuner = _tuner(order, lesson, folder, control, spent=time.monotonic() - began)
    tuner.run(folder.path, control, say)
    control.check()
    network = merged_network(tuner, shipped_moments(lesson.parent), cancel=lambda: control.cancelled)
    control.check()
    spec = _describe(lesson, name, learnt)
    shown = pictures_to_quantise(lesson.start, tuner.task.marked, order.settings, lambda: control.cancelled)
    candidate = write_tuned(network, spec, folder.candidate, parent=lesson.file, pictures=shown)
    report = prove(
        load_network(lesson.file), load_network(candidate), lesson.people, lesson.split, folder.path,
        cancel=lambda: control.cancelled,
    )  # fmt: skip
    seconds = tuner.state.seconds + time.monotonic() - began - tuner.here
    report = replace(report, parent=_parent_name(order), seconds=round(seconds, 1))
    return _keep(report, candidate, spec, lesson, folder)


def _keep(
    report: FineTuneReport, candidate: Path, spec: ModelSpec, lesson: _Lesson, folder: WorkingFolder
) -> FineTuneReport:
    """Put the network into the library and the report into the working folder, which keeps no checkpoint."""
    if spec.lineage is None:
        raise ValueError("a fine-tuned network has a parent")
    lineage = replace(spec.lineage, before_px=_rounded(report.before_px), after_px=_rounded(report.after_px))
    describe_again(candidate, replace(spec, lineage=lineage), candidate)
    name = free_name(spec.name, taken_names())
    clips = [clip.path.name for clip in lesson.people.clips]
    add_model(candidate, adopt=report.adopted, name=name, clips=clips)
    report = replace(report, model=name)
    write_report(folder.path, report)
    folder.finish()
    return report


def _read(order: TuneOrder, folder: WorkingFolder, control: Control) -> _Lesson:
    file = find_model(order.model)
    start = load_trainable(file)
    parent = start.spec
    wanted = wanted_skeleton(parent.skeleton, order.projects)
    if wanted != parent.skeleton:
        start = extend_head(start.network, parent, wanted, seed=order.settings.seed)
    control.check()
    people = read_marked(order.projects, start.spec, folder.path, cancel=lambda: control.cancelled)
    split = split_frames(people.clip, people.frame, people.times)
    if people.chosen(split.learnt).n_frames < LEAST_FRAMES:
        count = people.n_frames
        what = (
            f"there {'is 1 corrected frame' if count == 1 else f'are {count} corrected frames'}, too few to learn from"
        )
        raise BadInputError(what, where=str(order.projects[0]), remedy=f"Correct at least {LEAST_FRAMES}; 20 do well")
    return _Lesson(file, parent, start, people, split)


def wanted_skeleton(skeleton: Skeleton, projects: tuple[Path, ...]) -> Skeleton:
    """Return a network's skeleton with the keypoints at its end that people added in their projects.

    Raises:
        BadInputError: Not a project.
    """
    for path in projects:
        with ProjectFile.open(path, readonly=True) as project:
            store = project.load().store
        if skeleton.extends(store.base):
            skeleton = extended(skeleton, unknown_to(skeleton, store.own))
        elif store.base.extends(skeleton):  # made with a network that knew more
            skeleton = extended(skeleton, unknown_to(skeleton, appended_by(store.skeleton, skeleton)))
    return skeleton


def _tuner(order: TuneOrder, lesson: _Lesson, folder: WorkingFolder, control: Control, *, spent: float) -> Tuner:
    """Return what teaches: by the recipe of the checkpoint where there is one, else by the pace of this machine."""
    settings, spec = order.settings, lesson.start.spec
    learnt, held = lesson.people.chosen(lesson.split.learnt), lesson.people.chosen(lesson.split.held_out)
    marked = replace(learnt.to_pack(), weights=learnt.weights, about=learnt.in_cut(learnt.pose))
    replay = None
    if settings.replay:
        replay = rendered_people(
            settings.replay_people, spec.skeleton.n_keypoints, folder.replay, cancel=lambda: control.cancelled
        )
    control.check()
    judge = Judge(held, spec) if np.isfinite(held.keypoints).any() else None
    task = Task(lesson.start, lesson.parent.skeleton.n_keypoints, marked, replay, judge)
    total = 60 * order.minutes
    seconds = total - spent - max(_PROOF_SHARE * total, min(_PROOF_SECONDS, 0.5 * total))
    recipe = folder.recipe()
    if recipe is None:
        recipe = _plan(lesson.start, settings, seconds)
    return Tuner(task, recipe, settings, seconds=max(1.0, seconds))


def _plan(start: Trainable, settings: TuneSettings, seconds: float) -> Recipe:
    pace = measure_pace(start.network, start.spec, settings)
    steps = int(np.clip(0.9 * seconds / pace.step_seconds, _LEAST_STEPS, settings.most_steps))
    return build_recipe(start.spec, settings, steps=steps, bfloat16=pace.bfloat16)


def _describe(lesson: _Lesson, name: str, learnt: MarkedPeople) -> ModelSpec:
    """Return the description of the new network; how sure it is was measured of its parent only, and is left out."""
    spec, parent = lesson.start.spec, lesson.parent
    sha256 = read_network(lesson.file).spec.file_sha256
    today = datetime.now(tz=UTC).date().isoformat()
    lineage = Lineage(parent.name, sha256, today, len(np.unique(learnt.clip)), learnt.n_frames, learnt.n_marks)
    title = f"{parent.title.removesuffix(', fine-tuned')}, fine-tuned"
    skeleton = spec.skeleton.with_angles(())
    source = (
        f"Fine-tuned from {parent.name}: {parent.source}" if "Fine-tuned from" not in parent.source else parent.source
    )
    return replace(
        spec, name=name, title=title, skeleton=skeleton, lineage=lineage, calibration=None, source=source, sha256=""
    )


def _name_for(order: TuneOrder) -> str:
    """Return the name of the new network. Raises BadInputError where it is taken or unsafe."""
    if not order.name:
        stem = "".join(c if c.isalnum() or c in "._-" else "-" for c in order.projects[0].stem).strip("-._") or "clip"
        return check_name(free_name(f"{stem[:48]}-tuned", taken_names()))
    name = check_name(order.name)
    if any(same_name(name, taken) for taken in taken_names()):
        raise BadInputError("a network of this name is there already", where=name, remedy="Choose another name")
    return name


def _parent_name(order: TuneOrder) -> str:
    return default_name() if order.model == DEFAULT else Path(order.model).stem


def _digest(order: TuneOrder, lesson: _Lesson) -> str:
    """Return what a checkpoint belongs to: the network, the marks, the method and the time given."""
    people, split = lesson.people, lesson.split
    text = f"{read_network(lesson.file).spec.file_sha256} {order.minutes} {sorted(asdict(order.settings).items())}"
    digest = hashlib.sha256(text.encode())
    digest.update("\n".join(lesson.start.spec.skeleton.keypoints).encode())
    for array in (
        people.clip,
        people.frame,
        people.person,
        people.keypoints,
        people.weights,
        split.learnt,
        split.held_out,
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    for image in people.images:
        digest.update(image.tobytes())
    return digest.hexdigest()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def use_threads(count: int = 0) -> None:
    """Let PyTorch use so many processors; 0: those that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    torch.set_num_threads(count or max(1, min(_MOST_THREADS, cores)))
