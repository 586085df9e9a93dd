"""What the panel says of a fine-tuning, in plain sentences."""

from __future__ import annotations

import math
from typing import Literal

from poseapp.core.finetune_report import FineTuneReport, GenericDrift
from poseapp.gui.style.wording import format_duration, format_rate
from poseapp.services.improve_outlook import LEAST_FRAMES, Outlook, sentence
from poseapp.services.improving import ImproveOrder, ImproveState

Tone = Literal["good", "info", "warning", "error"]


def counted(n: int, one: str, many: str = "") -> str:
    """Return "1 frame" or "46 frames"."""
    return f"1 {one}" if n == 1 else f"{n} {many or one + 's'}"


def outlook_words(outlook: Outlook) -> tuple[Tone, str]:
    """Return what there is to learn from, or what is missing."""
    if outlook.problem:
        return "error", outlook.problem
    if outlook.unreadable:
        return "error", outlook.unreadable[0]
    if outlook.frames < LEAST_FRAMES:
        there = "there are none yet" if not outlook.frames else _there_are(outlook.frames)
        return "warning", f"Correct at least {LEAST_FRAMES} frames first: {there}."
    learn = (
        f"{counted(outlook.frames, 'corrected frame')}, {counted(outlook.marks, 'keypoint')}, "
        f"in {counted(outlook.clips, 'clip')}"
    )
    if outlook.held_out is None:
        return "info", f"{learn}."
    if not outlook.held_out:
        return "warning", f"{learn}; too few to hold any out, so nothing can be proved."
    return "info", f"{learn}; {_held_out(outlook.held_out)}."


def earlier_words(order: ImproveOrder | None) -> str:
    """Return what can be gone on with, "" for nothing."""
    if order is None:
        return ""
    what = f"The training of {order.name}" if order.name else "An earlier training"
    return f"{what} was stopped before it was done. Go on with it, or start over with what is said here."


def state_words(state: ImproveState) -> str:
    """Return what goes on, and for how long yet."""
    step = state.progress
    at = "" if step is None else f" at step {step.step} of {step.steps}"
    if state.phase == "starting":
        return "Starting…" if state.data is None else "Preparing, and measuring the network as it is…"
    if state.phase == "training" and step is not None:
        if state.proving:
            return "Measuring what it came to…"
        return f"{format_duration(step.eta_s)} left · step {step.step} of {step.steps} · {_rate(step.pictures_per_s)}"
    return {
        "training": "Learning…",
        "pausing": "Pausing after this step…",
        "paused": f"Paused{at}",
        "cancelling": "Stopping…",
        "stopped": state.problem or f"Stopped{at}. What was learnt is kept.",
        "finished": "Finished",
        "idle": "",
    }[state.phase]


def short_state_words(state: ImproveState) -> str:
    """Return what goes on in a word or two, for the status bar."""
    return {"pausing": "Pausing the training", "paused": "Training paused", "cancelling": "Stopping the training"}.get(
        state.phase, "Training"
    )


def data_words(state: ImproveState) -> str:
    """Return what a training learns from, "" while it is not known."""
    data = state.data
    if data is None:
        return ""
    held = f"; {_held_out(data.held_out)}" if data.held_out else ""
    frames, marks = counted(data.frames, "corrected frame"), counted(data.marks, "keypoint")
    return f"{frames}, {marks}, in {counted(data.clips, 'clip')}{held}."


def verdict_words(report: FineTuneReport) -> tuple[Tone, str]:
    """Return the verdict and how it is meant."""
    return ("good" if report.adopted else "warning"), report.verdict


def interval_words(report: FineTuneReport) -> str:
    """Return how sure the change of the error is, "" where it was not measured."""
    if report.interval is None:
        return ""
    low, high = report.interval
    frames = counted(report.held_out_frames, "frame")
    if low > 0:
        return f"With 95 % certainty the error fell by {low:.1f} to {high:.1f} px, judged by {frames} held out."
    if high < 0:
        return f"With 95 % certainty the error grew by {-high:.1f} to {-low:.1f} px, judged by {frames} held out."
    return (
        f"Between {abs(low):.1f} px worse and {high:.1f} px better, with 95 % certainty: "
        f"{frames} held out cannot tell the two apart."
    )


def drift_words(drift: GenericDrift | None) -> str:
    """Return what the new network says where nobody corrected anything, "" where that was not looked at."""
    if drift is None:
        return ""
    apart = f"{drift.median_px:.1f} px apart (median of {counted(drift.frames, 'frame')})"
    if drift.tolerable:
        return f"Far from the corrections the two networks agree: {apart}."
    return f"Far from the corrections the new network says something else: {apart}."


def took_words(report: FineTuneReport) -> str:
    """Return what it took and learnt from."""
    frames, marks = counted(report.frames, "frame"), counted(report.marks, "keypoint")
    return f"Learnt in {format_duration(report.seconds)} from {frames} with {marks}."


def change_words(before: float | None, after: float | None, *, unit: str, decimals: int = 1) -> str:
    """Return "−2.5 px", "+19 points", "same"; "" where either is missing."""
    if before is None or after is None or math.isnan(before) or math.isnan(after):
        return ""
    change = round(after - before, decimals)
    if not change:
        return "same"
    sign = "+" if change > 0 else "−"
    return f"{sign}{abs(change):.{decimals}f}{unit}"


def plain_name(name: str) -> str:
    """Return "Right wrist" for "right_wrist"."""
    return sentence(name.replace("_", " "))


def angle_name(name: str) -> str:
    """Return "Knee flexion R" for "right_knee_flexion", short enough for a table."""
    side, _, rest = name.partition("_")
    letter = {"right": "R", "left": "L"}.get(side)
    return f"{plain_name(rest)} {letter}" if letter and rest else plain_name(name)


def _there_are(n: int) -> str:
    return "there is 1" if n == 1 else f"there are {n}"


def _held_out(n: int) -> str:
    return "1 frame is held out" if n == 1 else f"{n} frames are held out"


def _rate(pictures_per_s: float) -> str:
    return f"{format_rate(pictures_per_s)} pictures/s"
