"""How good a network is on labelled people: PCK, PCKh and average precision, whichever the labels allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError
from poseapp.core.schema import keypoint_parts
from poseapp.inference.network import Network
from poseapp.jobs.predict import Look, Predictions, predict_labelled
from poseapp.training.labelled import LabelledSet
from poseapp.training.measuring.calibration import Reliability, gather_samples, measure_reliability
from poseapp.training.measuring.coco_metrics import ApScore, compute_ap, has_areas
from poseapp.training.measuring.metrics import HEAD_EXCEPT, PckScore, count_hits, summarise_hits, torso_length

Bool = npt.NDArray[np.bool_]

_THRESHOLDS = {"pck@0.2": 0.2, "pckh@0.5": 0.5, "pckh@0.1": 0.1}


@dataclass(frozen=True)
class EvaluationRequest:
    """What to count and how.

    Attributes:
        look: How people are looked at.
        split: Pictures start .. stop (half open) of the data set; None for all.
        seed: Of the bootstrap.
    """

    look: Look = field(default_factory=Look)
    split: tuple[int, int] | None = None
    seed: int = 0


@dataclass(frozen=True)
class Evaluation:
    """What came out.

    Attributes:
        model, data: Names.
        split: The pictures start .. stop (half open) that were asked for.
        images: How many were looked at: those with labelled people, with the rule "frame" and average precision all,
            since who is found where nobody is counts against it.
        people: How many people are labelled in them.
        scored: How many people had a keypoint that counted for the first of `pck`, else for the average precision.
        pck: By name, "pck@0.2", "pckh@0.5" and "pckh@0.1"; those that apply.
        ap: Where the labels give every person's area.
        reliability: How far scores and covariances can be believed; None where nobody's torso is labelled.
        unknown: Labelled keypoints that the network does not give; they are not scored.
        ms: Median milliseconds of a crop, or of a whole picture; NaN where nobody was looked at.
        notes: What a reader has to know, a sentence each.
    """

    model: str
    data: str
    split: tuple[int, int]
    images: int
    people: int
    scored: int
    pck: Mapping[str, PckScore]
    ap: ApScore | None
    reliability: Reliability | None
    unknown: tuple[str, ...]
    ms: float
    notes: tuple[str, ...] = ()


def evaluate_network(
    network: Network,
    labelled: LabelledSet,
    request: EvaluationRequest,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Run a network over labelled pictures and count what it gets right.

    A keypoint is scored where it is labelled and known to the network, and the reference length of its person is
    known: for PCK both torso joints must be labelled. A person that is not found is wrong in every keypoint.

    Raises:
        BadInputError: The split names no picture, nothing can be scored, or a picture cannot be read.
        CancelledError: `cancel` said so.
    """
    pictures, people = choose_people(labelled, request.split)
    known = np.array([bool(parts) for parts in keypoint_parts(network.spec.skeleton, labelled.skeleton)])
    references = _references(people, known)
    visited = _visited(people, pictures, request.look)
    predictions = predict_labelled(
        network,
        people,
        visited,
        request.look,
        on_picture=lambda done: on_progress(done, len(visited)),
        cancel=cancel,
    )
    pck = {
        name: _score(predictions, people, known, reference, name=name, seed=request.seed)
        for name, reference in references.items()
    }
    ap, ap_notes = _average_precision(predictions, people, known)
    unknown = tuple(name for name, here in zip(people.skeleton.keypoints, known, strict=True) if not here)
    return Evaluation(
        model=network.spec.name,
        data=labelled.name,
        split=(pictures.start, pictures.stop),
        images=len(visited),
        people=len(people),
        scored=next((score.people for score in pck.values()), ap.people if ap else 0),
        pck=MappingProxyType(pck),
        ap=ap,
        reliability=_reliability(network, predictions, people),
        unknown=unknown,
        ms=predictions.ms,
        notes=(*_notes(people, pck, unknown), *ap_notes),
    )


def choose_people(labelled: LabelledSet, split: tuple[int, int] | None) -> tuple[range, LabelledSet]:
    """Return the pictures of a split start .. stop, or all, and the people in them.

    Raises:
        BadInputError: The split names no picture.
    """
    everything = range(labelled.n_pictures)
    pictures = everything if split is None else everything[split[0] : split[1]]
    if not pictures:
        raise BadInputError(
            "there is no picture to evaluate" if split is None else f"the split {split[0]}:{split[1]} has no picture",
            where=labelled.name,
            remedy=f"The data set has {labelled.n_pictures}",
        )
    return pictures, labelled.subset(pictures.start, pictures.stop)


def _visited(people: LabelledSet, pictures: range, look: Look) -> list[int]:
    """Return the pictures to look at: see `Evaluation.images`."""
    everywhere = look.rule == "frame" and has_areas(people)
    return list(pictures) if everywhere else [int(picture) for picture in np.unique(people.picture)]


def _references(people: LabelledSet, known: Bool) -> dict[str, npt.NDArray[np.float64]]:
    """Return, for each measure that applies, the reference lengths (N,) px.

    Raises:
        BadInputError: None does, and average precision does not either.
    """
    if not known.any():
        raise BadInputError("the network has no keypoint of the labels", where=people.name, remedy="Choose another")
    countable = (np.isfinite(people.keypoints).all(axis=-1) & known).any(axis=-1) & ~people.crowd
    torso = torso_length(people.keypoints, people.skeleton)
    lengths = {"pck@0.2": torso, "pckh@0.5": people.head_size, "pckh@0.1": people.head_size}
    lengths = {name: np.where(people.crowd, np.nan, length) for name, length in lengths.items()}
    found = {name: length for name, length in lengths.items() if np.isfinite(length[countable]).any()}
    if not found and not has_areas(people):
        raise BadInputError(
            "there is no labelled person to score",
            where=people.name,
            remedy="PCK needs the left shoulder and the right hip, PCKh the head's box, average precision the area",
        )
    return found


def _score(
    predictions: Predictions,
    people: LabelledSet,
    known: Bool,
    reference: npt.NDArray[np.float64],
    *,
    name: str,
    seed: int,
) -> PckScore:
    truth = np.where(known[:, None], people.keypoints, np.float32(np.nan))
    hits = count_hits(predictions.keypoints, truth, reference, threshold=_THRESHOLDS[name])
    return summarise_hits(hits, people.skeleton.keypoints, people.picture, pooled=name.startswith("pckh"), seed=seed)


def _reliability(network: Network, predictions: Predictions, people: LabelledSet) -> Reliability | None:
    samples = gather_samples(predictions.estimate, predictions.side, people, network.spec.skeleton)
    return measure_reliability(samples) if samples.counted.any() else None


def _average_precision(
    predictions: Predictions, people: LabelledSet, known: Bool
) -> tuple[ApScore | None, tuple[str, ...]]:
    """Return COCO's figures where they apply, and what to say about them."""
    if not has_areas(people):
        return None, ()
    try:
        score = compute_ap(predictions.detections, people, known)
    except BadInputError as error:  # PCK is worth having without it
        return None, (f"AP is left out: {error}",)
    some = f"AP counts {int(known.sum())} of {len(known)} keypoints: it does not compare with published figures"
    return score, () if known.all() else (f"{some}.",)


def _notes(people: LabelledSet, pck: Mapping[str, PckScore], unknown: tuple[str, ...]) -> tuple[str, ...]:
    notes = []
    mpii = set(HEAD_EXCEPT) <= set(people.skeleton.keypoints)  # whose measure PCKh is: nobody misses it elsewhere
    if unknown:
        notes.append(f"The network does not give {', '.join(unknown)}: not scored.")
    if mpii and "pckh@0.5" not in pck:
        notes.append("The labels have no head size: PCKh is left out.")
    if "pck@0.2" not in pck:
        notes.append("Nobody has both torso joints labelled: PCK is left out.")
    return tuple(notes)
