"""Put together what stands in a report."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from poseapp import __version__
from poseapp.core.analysis import Analysis, PersonMeasures, PlaneFlag
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event
from poseapp.core.movement import GAIT_MEASURES as MEASURES
from poseapp.core.movement import SYMMETRY_FORMULA, CycleSet, GaitNumbers, Spread
from poseapp.core.skeleton import Side, side_of
from poseapp.core.types import Source
from poseapp.jobs.drawn_frames import DrawnRequest
from poseapp.jobs.quality import check_clip
from poseapp.jobs.reporting.pictures import key_frames
from poseapp.jobs.reporting.ranges import RangeOf, angle_title, cycles_of, range_of, range_table, sides_of, with_sigma
from poseapp.jobs.reporting.request import Measured, ReportRequest
from poseapp.reports.content import Curve, Plot, ReportContent, Table
from poseapp.video import Clip

_MOST_MARKS = 24  # events in a plot: more would be a fence
_MOST_WEAKNESSES = 3  # sentences
_OFTEN = 0.1  # share of frames from which a limit is worth a sentence


def build_content(clip: Clip, measured: Measured, request: ReportRequest) -> ReportContent:
    """Return the page of one person.

    Raises:
        BadInputError: There is no such person, frame or angle.
    """
    analysis = measured.analysis
    if not 0 <= request.person < len(analysis.persons):
        raise BadInputError(f"there is no person {request.person + 1}", remedy="Analyse the clip first")
    person = analysis.persons[request.person]
    span = DrawnRequest(start=request.start, stop=request.stop).span(analysis.clip.n_frames)
    names = [name for name in request.angles if sides_of(person.angles, name)]
    if not names:
        raise BadInputError("none of these angles can be computed", where=", ".join(request.angles))
    gait = analysis.movement[request.person].gait if request.person < len(analysis.movement) else None
    earlier = measured.earlier if measured.earlier is not None and measured.earlier.persons else None
    tables = [range_table(analysis, request.person, names, span, earlier)]
    if gait is not None and not math.isnan(gait.cadence):
        tables.append(gait_table(gait))
    return ReportContent(
        title=request.title,
        subject=request.subject,
        facts=_facts(measured, span),
        findings=tuple(_findings(range_of(analysis, request.person, names, span), names, gait)),
        warnings=(*_weaknesses(clip, measured, request.person), *_limits(person, names, span)),
        key_frames=key_frames(clip, measured, request, span),
        plots=tuple(_plot(name, measured, request.person, span) for name in names),
        tables=tuple(tables),
        method=_method(measured, person),
    )


def gait_table(gait: GaitNumbers) -> Table:
    """Return the numbers of a walk; measures that nobody has are left out."""
    rows = [("Cadence (steps/min)", f"{gait.cadence:.0f}", "", "")]
    if math.isfinite(gait.speed):
        rows.append(("Speed (m/s)", f"{gait.speed:.2f}", "", ""))
    for name, (title, unit, decimals) in MEASURES.items():
        right, left = gait.right[name], gait.left[name]
        if right.n or left.n:
            index = gait.symmetry(name)
            symmetry = f"{index:.0f} %".replace("-", "−") if math.isfinite(index) else ""
            rows.append((f"{title} ({unit})", _spread(right, decimals), _spread(left, decimals), symmetry))
    note = f"Mean ± standard deviation of the steps. A time has ± {gait.time_sigma:.3f} s from the frame rate alone."
    return Table("Walk", ("", "R", "L", "Asymmetry"), tuple(rows), f"{note} Asymmetry: {SYMMETRY_FORMULA}.")


def _spread(one: Spread, decimals: int) -> str:
    if not one.n:
        return "–"
    return f"{one.mean:.{decimals}f}" + (f" ± {one.sd:.{decimals}f}" if math.isfinite(one.sd) else "")


def _facts(measured: Measured, span: tuple[int, int]) -> tuple[tuple[str, str], ...]:
    clip, clock = measured.analysis.clip, measured.analysis.clip.pts
    facts = [("Duration", f"{clock[span[1] - 1] - clock[span[0]]:.1f} s")]
    if clip.fps and len(clock) > 1:
        facts.append(("Rate", f"{1 / float(np.median(np.diff(clock))):.1f} frames/s"))
    facts.append(("Frames", f"{span[0]} to {span[1] - 1}"))
    facts.append(("Picture", f"{clip.width} × {clip.height} px"))
    return tuple(facts)


def _findings(of: RangeOf, names: list[str], gait: GaitNumbers | None) -> list[str]:
    found, angles = [], of.analysis.persons[of.person].angles
    for name in names[:2]:
        told = []
        for side, full in sides_of(angles, name).items():
            one = of.measure(full)
            if math.isfinite(one.size):
                ends = f"from {one.low:.0f} to {one.high:.0f}".replace("-", "−")
                told.append(f"{'' if side == 'middle' else side + ' '}{with_sigma(one.size, one.sigma)} ({ends})")
        if told:
            where = "range in the mean cycle" if of.cyclic else "range"
            found.append(f"{angle_title(angles, name)}, {where} in degrees: {', '.join(told)}.")
    if gait is not None and not math.isnan(gait.cadence):
        steps = gait.right["step_time"].n + gait.left["step_time"].n
        found.append(f"Walks at {gait.cadence:.0f} steps a minute ({steps} steps).")
    return found


def _weaknesses(clip: Clip, measured: Measured, person: int) -> list[str]:
    """Return what makes numbers of this recording less sure, the gravest first."""
    analysis = measured.analysis
    found = check_clip(clip, analysis.persons[person], analysis.skeleton, scene=analysis.scene)
    grave = sorted((one for one in found if one.severity != "note"), key=lambda one: one.severity != "problem")
    return [f"{one.what} {one.why}" for one in grave[:_MOST_WEAKNESSES]]


def _limits(person: PersonMeasures, names: list[str], span: tuple[int, int]) -> list[str]:
    """Return what limits the numbers of this stretch, in sentences."""
    found = []
    for name in names:
        for full in sides_of(person.angles, name).values():
            column = person.angles.column(full)
            missing = 1 - np.isfinite(person.angles.values[slice(*span), column]).mean()
            off = (person.angles.plane[slice(*span), column] != PlaneFlag.IN_PLANE).mean()
            title = person.angles.definitions[column].title
            if missing > _OFTEN:
                found.append(f"{title} is missing in {missing:.0%} of the frames.")
            if off > _OFTEN:
                found.append(f"{title} leaves the plane of the picture in {off:.0%} of the frames.")
    return found


def _plot(name: str, measured: Measured, person: int, span: tuple[int, int]) -> Plot:
    """Return the mean cycles of an angle, or where there are none, or of a part of the clip, the angle over time."""
    analysis, angles = measured.analysis, measured.analysis.persons[person].angles
    sides = sides_of(angles, name)
    column = angles.column(next(iter(sides.values())))
    definition, zero = angles.definitions[column], angles.zero_of(column)
    plot = Plot(angle_title(angles, name), "degrees", zero, definition.positive, np.zeros(0), "", ())
    sets = _cycle_sets(analysis, person, sides) if span == (0, analysis.clip.n_frames) else []
    if sets:
        n = " / ".join(f"{int(cycles.n[angles.column(full)])}" for cycles, full in sets)
        event = sets[0][0].event
        return replace(
            plot,
            x=np.linspace(0.0, 100.0, len(sets[0][0].mean)),
            x_title=f"From {event} to {event} (%), mean ± standard deviation of {n} cycles",
            curves=_cycle_curves(analysis, person, sides),
            earlier=() if measured.earlier is None else _cycle_curves(measured.earlier, 0, sides),
        )
    inside = slice(*span)
    curves = tuple(
        Curve(side, angles.values[inside, column].copy(), angles.sigma[inside, column].copy())
        for side, column in ((side, angles.column(full)) for side, full in sides.items())
    )
    x = analysis.clip.pts[inside].copy()
    return replace(plot, x=x, x_title="Time (s)", curves=curves, marks=_marks(measured, person, span))


def _cycle_sets(analysis: Analysis, person: int, sides: dict[Side, str]) -> list[tuple[CycleSet, str]]:
    known = {definition.name for definition in analysis.persons[person].angles.definitions}
    found = [(cycles_of(analysis, person, full), full) for full in sides.values() if full in known]
    return [(cycles, full) for cycles, full in found if cycles is not None]


def _cycle_curves(analysis: Analysis, person: int, sides: dict[Side, str]) -> tuple[Curve, ...]:
    angles = analysis.persons[person].angles
    return tuple(
        Curve(side_of(full), cycles.mean[:, column].copy(), cycles.sd[:, column].copy())
        for cycles, full in _cycle_sets(analysis, person, sides)
        for column in (angles.column(full),)
    )


def _marks(measured: Measured, person: int, span: tuple[int, int]) -> tuple[tuple[float, str], ...]:
    def counts(event: Event) -> bool:
        return event.person in (-1, person) and span[0] <= event.frame < span[1]

    events = [event for event in measured.analysis.events if counts(event)]
    if len(events) > _MOST_MARKS:
        return ()
    letters = {"right": "R ", "left": "L ", "": ""}
    return tuple((float(measured.analysis.clip.pts[e.frame]), f"{letters[e.side]}{e.name}") for e in events)


def _method(measured: Measured, person: PersonMeasures) -> tuple[tuple[str, str], ...]:
    analysis, model = measured.analysis, measured.analysis.model
    network = "none: placed by hand"
    if model is not None:
        network = f"{model.title} ({model.name}), {model.skeleton.n_keypoints} keypoints"
        network += f", fine-tuned from {model.lineage.parent}" if model.lineage is not None else ""
        network += f", file sha256 {model.file_sha256[:16]}" if model.file_sha256 else ""
        network += ", scores calibrated" if model.calibration is not None else ", scores not calibrated"
    report = person.filter
    smoothing = report.title + (f", {report.detail}" if report.detail else "")
    if math.isfinite(report.effective_hz):
        asked = f"{report.requested_hz:.1f} Hz asked for, " if math.isfinite(report.requested_hz) else ""
        smoothing += f", cut-off {asked}{report.effective_hz:.1f} Hz effective"
    smoothing += f" ({report.note})" if report.note else ""
    zero = "; joint angles less those of a posture that was taken as zero" if person.angles.neutral else ""
    gap = f"gaps up to {analysis.settings.max_gap_seconds:g} s interpolated, longer ones left empty"
    return (
        ("Network", network),
        ("Smoothing", f"{smoothing}; {gap}"),
        ("Corrections", _edits(person, len(analysis.journal))),
        (
            "Angles",
            f"in the plane of the picture, one camera; 0 and positive direction as written over each curve{zero}",
        ),
        ("Uncertainty", "one standard deviation, propagated from the network's spread of each keypoint"),
        ("Made by", f"poseapp {__version__}" + _recording(analysis.source_sha256)),
    )


def _recording(sha256: str) -> str:
    return f", from the recording with sha256 {sha256[:16]}" if sha256 else ""


def _edits(person: PersonMeasures, n_edits: int) -> str:
    placed = np.isin(person.source, (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT))
    healed, filled = (int((person.source == kind).sum()) for kind in (Source.PROPAGATED, Source.INTERPOLATED))
    frames = int(placed.any(axis=1).sum())
    told = f"{int(placed.sum())} keypoints placed by hand in {frames} frames, {healed} healed by what follows from them"
    return f"{told}, {filled} interpolated; {n_edits} {'edit' if n_edits == 1 else 'edits'} on record"
