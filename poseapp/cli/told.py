"""Options that tell what is known of a recording and which events are wanted, and how results of them are printed."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.output import print_line, print_table, tell
from poseapp.core.movement import GAIT_MEASURES, GaitNumbers, Jump, Spread

if TYPE_CHECKING:
    from poseapp.core.quality import Finding
    from poseapp.jobs.run import ClipResult
    from poseapp.jobs.told import Told

MOVEMENTS = ("gait", "gait-velocity", "jump", "squat", "repetitions")


def add_told_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a command."""
    told = parser.add_argument_group("the recording")
    told.add_argument("--capture-fps", type=_rate, default=0.0, metavar="N",
                      help="frames/s at which slow motion was recorded: times and speeds follow it")  # fmt: skip
    told.add_argument("--body-height", type=_height, default=0.0, metavar="CM",
                      help="height of the first person: gives positions, steps and speeds in metres")  # fmt: skip
    told.add_argument("--camera", type=Path, metavar="FILE.toml", help="lens of the camera, from `poseapp camera`")
    told.add_argument("--events", choices=MOVEMENTS, help="find events: heel strikes and toe-offs, jumps, squats")
    told.add_argument("--events-angle", default="", metavar="ANGLE", help="whose repetitions are to be found")


def _rate(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is not a frame rate from 1 to 100000")
    return value


def _height(text: str) -> float:
    value = float(text)
    if not 40 <= value <= 260:
        raise argparse.ArgumentTypeError(f"{text} is not a body height from 40 to 260 cm")
    return value / 100


def read_told(options: argparse.Namespace) -> Told:
    """Return what the options tell. Raises BadInputError for a camera file that cannot be used."""
    from poseapp.jobs.told import Told
    from poseapp.kinematics.scene_lens import read_lens
    from poseapp.video import open_clip

    lens = None
    if options.camera is not None:
        with open_clip(options.clip) as clip:
            lens = read_lens(options.camera, clip.info.width, clip.info.height)
    return Told(options.capture_fps, options.body_height, lens, options.events, options.events_angle)


def tell_quality(findings: tuple[Finding, ...]) -> None:
    """Say what is weak about a recording, on stderr."""
    for finding in findings:
        tell(f"recording, {finding.severity}: {finding.sentence} {finding.remedy}")


def print_movement(result: ClipResult) -> None:
    """Print what was found and what it comes to, on stdout."""
    for words in result.found:
        print_line(words)
    for person, movement in enumerate(result.analysis.movement):
        if movement.gait is not None:
            _print_gait(movement.gait, person, len(result.analysis.movement))


def _print_gait(gait: GaitNumbers, person: int, n_persons: int) -> None:
    speed = "" if math.isnan(gait.speed) else f", speed {gait.speed:.2f} m/s"
    whose = f"person {person + 1}: " if n_persons > 1 else ""
    if math.isfinite(gait.cadence):
        print_line(f"{whose}cadence {gait.cadence:.0f} steps/min{speed}")
    rows = []
    for name, (title, unit, decimals) in GAIT_MEASURES.items():
        right, left = gait.right[name], gait.left[name]
        if right.n or left.n:
            index = gait.symmetry(name)
            cells = [_words(spread, decimals) for spread in (right, left)]
            rows.append([f"{title}, {unit}", *cells, "-" if math.isnan(index) else f"{index:+.0f} %"])
    if rows:
        print_table(["mean ± SD (n)", "right", "left", "symmetry"], rows)


def _words(spread: Spread, decimals: int) -> str:
    if not spread.n:
        return "-"
    sd = "" if math.isnan(spread.sd) else f" ± {spread.sd:.{decimals}f}"
    return f"{spread.mean:.{decimals}f}{sd} ({spread.n})"


def movement_json(result: ClipResult) -> dict[str, object]:
    """Return quality, events and what follows from them as JSON can say it; what is not known is null."""
    clip = result.analysis.clip
    return {
        "quality": [vars(finding) for finding in result.quality],
        "events": [
            {"frame": e.frame, "time": float(clip.pts[e.frame]), "name": e.name, "side": e.side, "person": e.person}
            for e in result.analysis.events
        ],
        "gait": [None if m.gait is None else _gait_json(m.gait) for m in result.analysis.movement],
        "jumps": [[_jump_json(jump) for jump in m.jumps] for m in result.analysis.movement],
        "metres_per_px": _known(result.analysis.scene.metres_per_px),
        "time_scale": result.analysis.scene.time_scale,
    }


def _gait_json(gait: GaitNumbers) -> dict[str, object]:
    made: dict[str, object] = {"cadence_per_min": _known(gait.cadence), "speed_m_per_s": _known(gait.speed)}
    for name in GAIT_MEASURES:
        sides = {side: {key: _known(value) for key, value in vars(spread).items()}
                 for side, spread in (("right", gait.right[name]), ("left", gait.left[name]))}  # fmt: skip
        made[name] = {**sides, "symmetry_percent": _known(gait.symmetry(name))}
    return made


def _jump_json(jump: Jump) -> dict[str, object]:
    return {"take_off": jump.take_off, "landing": jump.landing, "flight_s": jump.flight, "height_m": jump.height,
            "sigma_m": jump.sigma}  # fmt: skip


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
