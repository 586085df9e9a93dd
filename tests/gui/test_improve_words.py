"""What the panel says of a fine-tuning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.stand_in_training import example_report
from poseapp.core.finetune_events import DataRead, Stepped
from poseapp.gui.improve.buttons import BUTTONS, wanted_buttons
from poseapp.gui.improve.report_rows import angle_rows, keypoint_rows, summary_rows
from poseapp.gui.improve.words import (
    angle_name,
    change_words,
    data_words,
    drift_words,
    earlier_words,
    interval_words,
    outlook_words,
    state_words,
    took_words,
    verdict_words,
)
from poseapp.services.improve_outlook import Marked, Outlook
from poseapp.services.improving import ImproveOrder, ImproveState

ORDER = ImproveOrder(("walk.poseapp",), name="walk tuned")
STEP = Stepped(120, 400, 0.01, 38.2, 150.0)


def outlook(*marked, **others):
    return Outlook(tuple(Marked(f"{i}.poseapp", *pair) for i, pair in enumerate(marked)), **others)


TOO_FEW = "too few to hold any out, so nothing can be proved."
NO_TRAINING = "Fine-tuning needs the training extra."


@pytest.mark.parametrize(
    ("found", "tone", "words"),
    [
        (outlook((30, 300), (16, 80), held_out=9), "info",
         "46 corrected frames, 380 keypoints, in 2 clips; 9 frames are held out."),
        (outlook((10, 1), held_out=1), "info", "10 corrected frames, 1 keypoint, in 1 clip; 1 frame is held out."),
        (outlook((8, 40), (0, 0)), "info", "8 corrected frames, 40 keypoints, in 1 clip."),
        (outlook((3, 12), held_out=0), "warning", "Correct at least 8 frames first: there are 3."),
        (outlook((1, 4), held_out=0), "warning", "Correct at least 8 frames first: there is 1."),
        (outlook(), "warning", "Correct at least 8 frames first: there are none yet."),
        (outlook((9, 50), held_out=0), "warning", f"9 corrected frames, 50 keypoints, in 1 clip; {TOO_FEW}"),
        (outlook((30, 300), problem=NO_TRAINING), "error", NO_TRAINING),
        (outlook((30, 300), unreadable=("b.poseapp: not a project.",)), "error", "b.poseapp: not a project."),
    ],
)  # fmt: skip
def test_what_there_is_to_learn_from(found, tone, words):
    assert outlook_words(found) == (tone, words)


def test_a_training_can_be_started_with_enough_frames_only():
    assert outlook((8, 40)).enough
    assert not outlook((7, 40)).enough
    assert not outlook((8, 40), problem="No.").enough
    assert not outlook((8, 40), unreadable=("No.",)).enough


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ImproveState("starting", ORDER), "Starting…"),
        (ImproveState("starting", ORDER, DataRead(2, 46, 380, 9)), "Preparing, and measuring the network as it is…"),
        (ImproveState("training", ORDER, progress=STEP), "2 min 30 s left · step 120 of 400 · 38 pictures/s"),
        (ImproveState("training", ORDER, progress=replace(STEP, step=400)), "Measuring what it came to…"),
        (ImproveState("training", ORDER, progress=replace(STEP, eta_s=0.0)), "Measuring what it came to…"),
        (ImproveState("pausing", ORDER, progress=STEP), "Pausing after this step…"),
        (ImproveState("paused", ORDER, progress=STEP), "Paused at step 120 of 400"),
        (ImproveState("cancelling", ORDER, progress=STEP), "Stopping…"),
        (ImproveState("stopped", ORDER, progress=STEP), "Stopped at step 120 of 400. What was learnt is kept."),
        (ImproveState("stopped", ORDER, problem="The disk is full."), "The disk is full."),
    ],
)
def test_what_goes_on(state, expected):
    assert state_words(state) == expected


def test_what_can_be_gone_on_with():
    assert earlier_words(None) == ""
    assert earlier_words(ORDER).startswith("The training of walk tuned was stopped before it was done.")
    assert earlier_words(ImproveOrder(("a",))).startswith("An earlier training was stopped")


def test_what_it_learns_from():
    assert data_words(ImproveState()) == ""
    read = ImproveState("training", ORDER, DataRead(1, 1, 5, 0))
    assert data_words(read) == "1 corrected frame, 5 keypoints, in 1 clip."


def test_the_proof_in_words():
    better, same = example_report(), example_report(adopted=False)
    assert verdict_words(better)[0] == "good"
    assert verdict_words(same)[0] == "warning"
    assert interval_words(better) == "With 95 % certainty the error fell by 1.4 to 3.6 px, judged by 9 frames held out."
    assert interval_words(same) == (
        "Between 0.3 px worse and 0.7 px better, with 95 % certainty: 9 frames held out cannot tell the two apart."
    )
    worse = replace(better, interval=(-2.0, -0.5))
    assert interval_words(worse) == "With 95 % certainty the error grew by 0.5 to 2.0 px, judged by 9 frames held out."
    assert interval_words(replace(better, interval=None)) == ""
    assert (
        drift_words(better.drift)
        == "Far from the corrections the two networks agree: 0.8 px apart (median of 24 frames)."
    )
    assert "something else" in drift_words(replace(better.drift, tolerable=False))
    assert drift_words(None) == ""
    assert took_words(better) == "Learnt in 3 min 32 s from 46 frames with 380 keypoints."


def test_the_numbers_before_and_after():
    rows = [(r.name, r.before, r.after, r.change) for r in summary_rows(example_report())]
    assert rows == [
        ("Median error", "6.4\u00a0px", "3.9\u00a0px", "−2.5"),
        ("Of the torso", "7.1\u00a0%", "4.3\u00a0%", "−2.8"),
        ("Within 10 %", "71\u00a0%", "90\u00a0%", "+19"),
        ("Within 20 %", "89\u00a0%", "97\u00a0%", "+8"),
    ]
    wrist, knee = keypoint_rows(example_report())
    assert (wrist.name, wrist.before, wrist.after, wrist.change) == ("Right wrist", "14.0", "5.2", "−8.8")
    assert knee.change == "+0.3"
    (flexion,) = angle_rows(example_report())
    assert (flexion.name, flexion.change) == ("Knee flexion R", "−2.9")
    assert flexion.hint == "Right knee flexion: median of 8 held-out poses"
    assert angle_name("trunk_segment") == "Trunk segment"


def test_what_was_not_measured_is_left_out():
    nothing = replace(
        example_report(), before_px=None, after_px=None, before_torso=None, after_torso=None, pck10_before=None,
        pck10_after=None, pck20_before=None, pck20_after=None,
    )  # fmt: skip
    assert summary_rows(nothing) == []
    lacking = replace(example_report(), keypoints=(replace(example_report().keypoints[0], before_px=None),))
    assert (keypoint_rows(lacking)[0].before, keypoint_rows(lacking)[0].change) == ("–", "")


def test_changes():
    assert change_words(6.4, 3.9, unit=" px") == "−2.5 px"
    assert change_words(1.0, 1.04, unit=" px") == "same"
    assert change_words(None, 1.0, unit="") == ""
    assert change_words(float("nan"), 1.0, unit="") == ""


def test_the_buttons_that_go_with_each_state():
    def wanted(phase, *, report=None, unfinished=False, in_use=False):
        state = ImproveState(phase, ORDER, report=report)
        return wanted_buttons(state, unfinished=unfinished, in_use=in_use)

    assert wanted("idle") == ("start",)
    assert wanted("idle", unfinished=True)[0] == "go_on"
    assert wanted("training") == ("pause", "cancel")
    assert wanted("paused") == ("go_on", "cancel")
    assert wanted("stopped")[0] == "go_on"
    assert wanted("finished", report=example_report(), in_use=True)[:2] == ("analyze", "back")
    assert wanted("finished", report=example_report())[0] == "use"
    assert wanted("finished", report=example_report(adopted=False))[:2] == ("keep", "use")
    phases = ("idle", "starting", "training", "pausing", "paused", "cancelling", "stopped", "finished")
    assert {name for phase in phases for name in wanted(phase)} <= set(BUTTONS)
