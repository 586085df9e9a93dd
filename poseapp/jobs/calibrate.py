"""A network calibrated on labelled people: what its scores and covariances are worth before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.types import ModelSpec
from poseapp.inference.network import Network
from poseapp.jobs.evaluate import EvaluationRequest, choose_people
from poseapp.jobs.predict import predict_labelled
from poseapp.training.labelled import LabelledSet
from poseapp.training.measuring.calibration import (
    Reliability,
    apply_calibration,
    cross_validate,
    fit_calibration,
    gather_samples,
    measure_reliability,
)


@dataclass(frozen=True)
class Calibrated:
    """What came out.

    Attributes:
        spec: The network's description with its calibration.
        before: Of the network without a calibration.
        held_out: Of calibrations by ten-fold cross-validation over the pictures: what a fit is worth on others.
        fitted: Of the calibration on the very pictures that it was fitted to.
    """

    spec: ModelSpec
    before: Reliability
    held_out: Reliability
    fitted: Reliability


def calibrate_network(
    network: Network,
    labelled: LabelledSet,
    request: EvaluationRequest,
    *,
    scores: bool = True,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Calibrated:
    """Measure what a network's scores and covariances are worth on labelled people, and calibrate them.

    A calibration that the network already carries is put aside first, and stays so in `network`.

    Args:
        network: Loaded from the file to calibrate.
        labelled: People with both torso joints; pictures that the network was not trained on.
        request: Which pictures, and how people are looked at.
        scores: Calibrate scores, too; else they stay the peaks.

    Raises:
        BadInputError: The split names no picture, too little can be counted, or a picture cannot be read.
        CancelledError: `cancel` said so.
    """
    network.spec = replace(network.spec, calibration=None)
    pictures, people = choose_people(labelled, request.split)
    visited = np.unique(people.picture).tolist()
    predictions = predict_labelled(
        network,
        people,
        visited,
        request.look,
        on_picture=lambda done: on_progress(done, len(visited)),
        cancel=cancel,
    )
    samples = gather_samples(predictions.estimate, predictions.side, people, network.spec.skeleton)
    source = f"{labelled.name}, pictures {pictures.start} to {pictures.stop - 1}"
    calibration = fit_calibration(samples, source, scores=scores)
    return Calibrated(
        spec=replace(network.spec, calibration=calibration),
        before=measure_reliability(samples),
        held_out=measure_reliability(cross_validate(samples, scores=scores)),
        fitted=measure_reliability(apply_calibration(calibration, samples)),
    )
