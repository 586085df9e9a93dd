"""Why a moment is worth a look, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import Skeleton
from poseapp.gui.style.wording import format_percent, format_time


def describe(moment: Moment, skeleton: Skeleton) -> str:
    """Return the reason in one line, such as "Right wrist jumped 84 px in one frame"."""
    everything = moment.kind is MomentKind.MISSING and len(moment.keypoints) == skeleton.n_keypoints
    words = _WORDS[moment.kind](moment, "person" if everything else name_keypoints(moment, skeleton))
    return words[:1].upper() + words[1:]


def describe_frames(moment: Moment) -> str:
    """Return "frame 12" or "frames 12–15"."""
    last = moment.stop - 1
    return f"frame {last}" if last == moment.start else f"frames {moment.start}–{last}"


def describe_place(moment: Moment, seconds: float) -> str:
    """Return when it is: the time of its worst frame, and its frames."""
    return f"{format_time(seconds, decimals=1)} · {describe_frames(moment)}"


def name_keypoints(moment: Moment, skeleton: Skeleton) -> str:
    """Return "right wrist", "right elbow and wrist", or the part of the body for more."""
    names = [skeleton.keypoints[k].replace("_", " ") for k in moment.keypoints]
    if len(names) == 1:
        return names[0]
    sides = {name.partition(" ")[0] for name in names}
    if not sides & {"left", "right"} and len(names) > 2:
        return "head and trunk"
    if len(names) == 2:
        side = f"{sides.pop()} " if len(sides) == 1 and names[0].startswith(("left ", "right ")) else ""
        return f"{names[0]} and {names[1].removeprefix(side)}"
    limbs = {limb for limb, members in skeleton.limbs for name in members if name.partition("_")[2] in _endings(names)}
    one_side = sides in ({"left"}, {"right"})
    return f"{sides.pop()} {limbs.pop()}" if one_side and len(limbs) == 1 else f"{len(names)} keypoints"


def _endings(names: list[str]) -> set[str]:
    return {name.partition(" ")[2].replace(" ", "_") for name in names}


def _swap(moment: Moment, _who: str) -> str:
    limb = "" if moment.subject == "body" else f" {moment.subject}"
    return f"left and right{limb} look exchanged"


def _missing(moment: Moment, who: str) -> str:
    n = round(moment.value)
    return f"{who} not found in {n} frame{'s' if n != 1 else ''}"


def _jump(moment: Moment, who: str) -> str:
    if len(moment.keypoints) > 1:
        return f"{who} jumped up to {moment.value:.0f} px"
    return f"{who} jumped {moment.value:.0f} px in one frame"


def _length(moment: Moment, who: str) -> str:
    side = who.partition(" ")[0]
    near, _, far = moment.subject.partition(" ")
    return f"{side} {near} to {far} {moment.value:.0f} px long, usually under {moment.limit:.0f}"


def _angle(moment: Moment, _who: str) -> str:
    side, _, joint = moment.subject.partition("_")
    value, below = moment.value, moment.value < moment.limit
    words = {
        ("knee_flexion", True): f"{side} knee bent back by {-value:.0f}°",
        ("knee_flexion", False): f"{side} knee bent {value:.0f}°",
        ("hip_flexion", True): f"{side} hip extended by {-value:.0f}°",
        ("hip_flexion", False): f"{side} hip bent {value:.0f}°",
        ("ankle_dorsiflexion", True): f"{side} foot pointed by {-value:.0f}°",
        ("ankle_dorsiflexion", False): f"{side} foot pulled up by {value:.0f}°",
    }.get((joint, below), f"{side} {joint.partition('_')[0]} bent {abs(value):.0f}°")
    return f"{words}, at most {abs(moment.limit):.0f}° is likely"


def _disagreement(moment: Moment, who: str) -> str:
    return f"{who}: two runs are {moment.value:.0f} px apart"


def _unsure(moment: Moment, who: str) -> str:
    return f"{who} unsure: {format_percent(moment.value)}"


def _suggested(moment: Moment, _who: str) -> str:
    return f"worth correcting to fine-tune: {format_percent(moment.value)} sure, unlike the others"


_WORDS: Mapping[MomentKind, Callable[[Moment, str], str]] = {
    MomentKind.SWAP: _swap,
    MomentKind.MISSING: _missing,
    MomentKind.JUMP: _jump,
    MomentKind.LENGTH: _length,
    MomentKind.ANGLE: _angle,
    MomentKind.DISAGREEMENT: _disagreement,
    MomentKind.UNSURE: _unsure,
    MomentKind.SUGGESTED: _suggested,
}
