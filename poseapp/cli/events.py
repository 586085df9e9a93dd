"""`poseapp events`: what happens in a clip, found and listed, with the numbers that follow."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

from poseapp.cli.output import print_json, print_line, print_table

if TYPE_CHECKING:
    from poseapp.core.analysis import Analysis
    from poseapp.core.movement import GaitNumbers, Spread

NAME = "events"
MOVEMENTS = ("gait", "gait-velocity", "jump", "squat", "repetitions")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(
        NAME,
        help="find heel strikes, jumps, squats or repetitions in a project; list them with what they tell",
        description="List the events of a project with cadence, stance, step times and jump heights. With --find, "
        "look for a movement first; what is found is kept in the project by one edit, to be undone in the window.",
    )
    parser.add_argument("project", type=Path, metavar="PROJECT.poseapp")
    parser.add_argument("--find", choices=MOVEMENTS, help="the movement to look for")
    parser.add_argument("--angle", default="", metavar="NAME", help="whose repetitions, such as right_elbow_flexion")
    parser.add_argument("--person", type=int, default=1, metavar="N", help="whom it is about (default: 1)")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Find events where asked, and list them."""
    from poseapp.core.movement import EventSearch
    from poseapp.jobs.find_events import find_in_project
    from poseapp.jobs.run import measure_project

    words, person = "", options.person - 1
    if options.find:
        analysis, words = find_in_project(options.project, EventSearch(options.find, person, options.angle))
    else:
        analysis = measure_project(options.project)
    if options.json:
        print_json(_report(analysis, person, words))
    else:
        _print(analysis, person, words)
    return 0


def _report(analysis: Analysis, person: int, words: str) -> dict[str, object]:
    time = analysis.clip.pts
    events = [
        {
            "frame": e.frame,
            "time": round(float(time[e.frame]), 4),
            "name": e.name,
            "side": e.side,
            "person": e.person + 1,
        }
        for e in analysis.events
    ]
    report: dict[str, object] = {"found": words, "events": events}
    if person >= len(analysis.movement):
        return report
    movement = analysis.movement[person]
    report["jumps"] = [
        {"take_off": j.take_off, "landing": j.landing, "flight_s": _rounded(j.flight), "height_m": _rounded(j.height)}
        for j in movement.jumps
    ]
    if movement.gait is not None:
        report["gait"] = _gait(movement.gait)
    return report


def _gait(gait: GaitNumbers) -> dict[str, object]:
    def told(one: Spread) -> dict[str, object]:
        return {"mean": _rounded(one.mean), "sd": _rounded(one.sd), "n": one.n}

    sides = {side: {name: told(one) for name, one in gait.of(side).items()} for side in ("right", "left")}
    return {"cadence": _rounded(gait.cadence), "speed": _rounded(gait.speed), "treadmill": gait.treadmill, **sides}


def _print(analysis: Analysis, person: int, words: str) -> None:
    from poseapp.core.movement import GAIT_MEASURES

    if words:
        print_line(words)
    rows = [
        [str(e.frame), f"{analysis.clip.pts[e.frame]:.3f}", f"{e.side} {e.name}".strip(), str(e.person + 1 or "-")]
        for e in analysis.events
    ]
    print_table(["frame", "s", "event", "person"], rows) if rows else print_line("There are no events.")
    movement = analysis.movement[person] if person < len(analysis.movement) else None
    for jump in () if movement is None else movement.jumps:
        print_line(f"Jump: {jump.flight:.3f} s in the air, {100 * jump.height:.1f} ± {100 * jump.sigma:.1f} cm high")
    if movement is None or movement.gait is None or math.isnan(movement.gait.cadence):
        return
    gait = movement.gait
    print_line(f"{gait.cadence:.0f} steps a minute")
    table = []
    for name, (title, unit, digits) in GAIT_MEASURES.items():
        right, left, index = gait.right[name], gait.left[name], gait.symmetry(name)
        if right.n or left.n:
            symmetry = f"{index:.0f} %" if math.isfinite(index) else "-"
            table.append([f"{title}, {unit}", *(_spread(one, digits) for one in (right, left)), symmetry])
    print_table(["", "right", "left", "asymmetry"], table)


def _spread(one: Spread, digits: int) -> str:
    if not one.n:
        return "-"
    return f"{one.mean:.{digits}f}" + (f" ± {one.sd:.{digits}f}" if math.isfinite(one.sd) else "")


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
