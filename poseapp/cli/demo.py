"""`poseapp demo`: the main job on the built-in sample, whose true angles are known."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from poseapp.cli import window
from poseapp.cli.output import print_json, print_line, print_table, tell

NAME = "demo"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="try it: the main job on the built-in sample")
    parser.add_argument("--headless", action="store_true", help="no window")
    parser.add_argument("--out", type=Path, default=Path("poseapp-demo"), metavar="DIR", help="where results go")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout (headless)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Analyse a copy of the sample, compare with the truth, and open the window where there is a display."""
    from poseapp.jobs.sample import sample_folder

    options.out.mkdir(parents=True, exist_ok=True)
    clip = options.out / "walk.mp4"
    if not clip.exists():
        shutil.copy(sample_folder() / "walk.mp4", clip)
    problem = "" if options.headless else window.display_problem()
    if problem:
        tell(f"No window: {problem}. Working headless.")
    if options.headless or options.json or problem:
        return _headless(clip, as_json=options.json)
    return window.open_window([str(clip)], analyze=True)


def _headless(clip: Path, *, as_json: bool) -> int:
    from poseapp.jobs.export import export_analysis
    from poseapp.jobs.run import AnalyzeRequest, analyze_clip
    from poseapp.jobs.sample import angle_errors

    project = clip.with_suffix(".poseapp")
    result = analyze_clip(AnalyzeRequest(clip=(str(clip),), project=project))
    out = clip.with_suffix(".h5")
    export_analysis(result.analysis, "h5", out)
    errors = angle_errors(result.analysis)
    if as_json:
        print_json(
            {
                "video": clip.name,
                "frames": result.frames,
                "seconds": round(result.seconds, 3),
                "persons": result.persons_found,
                "out": str(out),
                "project": str(project),
                "median_angle_error_deg": {name: round(error, 2) for name, error in errors.items()},
            }
        )
        return 0
    print_line(f"{result.frames} frames in {result.seconds:.1f} s. The true angles of this rendered walk are known:")
    print_line()
    rows = [[name.replace("_", " "), f"{error:.1f} deg"] for name, error in errors.items()]
    print_table(["angle", "median error"], rows)
    print_line()
    print_line(f"Kinematics: {out}")
    print_line(f"Project:    {project}   (open it with: poseapp {project})")
    return 0
