"""`poseapp selfcheck`: does this installation answer?"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from poseapp import __version__
from poseapp.cli.output import print_json, print_line
from poseapp.cli.window import display_problem
from poseapp.core.errors import PoseappError

NAME = "selfcheck"
_MINIMUM_FREE_BYTES = 500 << 20


@dataclass(frozen=True)
class Check:
    """One answer: what was looked at, whether it is good, and the finding in words."""

    name: str
    ok: bool
    finding: str


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser(NAME, help="check that this installation works")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--window-probe", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check everything, print the findings, and return 0 when all is good, else 5."""
    if options.window_probe:
        print_line(str(importlib.import_module("poseapp.app").probe()))
        return 0
    checks = [_checked(name, look) for name, look in _CHECKS.items()]
    good = all(check.ok for check in checks)
    if options.json:
        print_json({"version": __version__, "ok": good, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            print_line(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.finding}")
    return 0 if good else 5


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())  # noqa: FBT003 - a dataclass field
    except (PoseappError, OSError, ImportError, RuntimeError, ValueError) as error:
        return Check(name, False, " ".join(str(error).split()))  # noqa: FBT003


def _packages() -> str:
    found = [f"{name} {importlib.import_module(name).__version__}" for name in ("numpy", "cv2", "av", "h5py", "scipy")]
    return ", ".join(found)


def _models() -> str:
    from poseapp.inference.catalog import installed_models
    from poseapp.inference.network import load_network

    models = installed_models()
    if not models:
        raise RuntimeError("no network is installed")
    for model in models:
        load_network(model.path)
    return ", ".join(f"{model.name}{' (default)' if model.default else ''}" for model in models)


def _video() -> str:
    from poseapp.core.locations import resources_folder
    from poseapp.video import open_clip

    with open_clip(resources_folder() / "sample" / "walk.mp4") as clip:
        clip.frame_at(clip.info.n_frames - 1)
        return f"sample decoded, {clip.info.n_frames} frames of {clip.info.codec}"


def _analysis_file() -> str:
    import h5py

    with tempfile.TemporaryDirectory() as folder, h5py.File(Path(folder) / "probe.h5", "w") as file:
        file["time"] = [0.0, 1.0]
        return f"HDF5 {h5py.version.hdf5_version} writes and reads"


def _window() -> str:
    problem = display_problem()
    environment = dict(os.environ)
    if problem:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "poseapp"]
    command = [*program, NAME, "--window-probe"]  # its own process: Qt ends it when a platform library is missing
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["Qt did not start"])[-1])
    return done.stdout.strip() + (f" ({problem}; checked offscreen)" if problem else "")


def _disk() -> str:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < _MINIMUM_FREE_BYTES:
        raise RuntimeError(f"only {free >> 20} MB free for temporary files")
    return f"{free / 1e9:.0f} GB free for temporary files"


_CHECKS: dict[str, Callable[[], str]] = {
    "packages": _packages,
    "networks": _models,
    "video": _video,
    "analysis file": _analysis_file,
    "window": _window,
    "disk": _disk,
}
