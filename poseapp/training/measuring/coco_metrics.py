"""Average precision by object keypoint similarity, as COCO counts it: through COCO's own evaluation, in memory."""

from __future__ import annotations

import contextlib
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import numpy.typing as npt

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float32, Float64, frozen_arrays
from poseapp.training.labelled import LabelledSet

if TYPE_CHECKING:
    from pycocotools.coco import COCO

_PERSON = 1  # COCO's category
_NOWHERE = -1e6  # px, where a keypoint that was not found is put: too far to be like anything
_VISIBLE, _OCCLUDED = 2, 1
_FIGURES = ("ap", "ap50", "ap75", "ap_medium", "ap_large", "ar", "ar50", "ar75", "ar_medium", "ar_large")
_MOST = 20  # people a picture that COCO looks at, surest first


@dataclass(frozen=True)
class Detections:
    """People that a network found.

    Attributes:
        picture: (D,) index of the picture.
        keypoints: (D, K, 2) px in the order of the labels; NaN = not found.
        score: (D,) how sure, 0..1.
    """

    picture: npt.NDArray[np.int64]
    keypoints: Float32
    score: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)

    def __len__(self) -> int:
        return len(self.keypoints)


@dataclass(frozen=True)
class ApScore:
    """COCO's ten figures in percent; NaN where there is no person of that size.

    Attributes:
        ap, ar: Mean over OKS thresholds 0.50, 0.55 .. 0.95. ap50, ap75, ar50, ar75: At one threshold.
        ap_medium, ar_medium: Of people of 32^2 to 96^2 px^2. ap_large, ar_large: Larger.
        people: How many labelled people were looked for.
    """

    ap: float
    ap50: float
    ap75: float
    ap_medium: float
    ap_large: float
    ar: float
    ar50: float
    ar75: float
    ar_medium: float
    ar_large: float
    people: int


class _Person(TypedDict):
    """What COCO's evaluation reads of a labelled or detected person."""

    id: int
    image_id: int
    category_id: int
    keypoints: list[float]
    num_keypoints: int
    bbox: list[float]
    area: float
    iscrowd: int
    score: float


def compute_ap(detections: Detections, labelled: LabelledSet, known: npt.NDArray[np.bool_] | None = None) -> ApScore:
    """Return average precision and recall of people found in labelled pictures (Lin et al. 2014, cocoeval).

    OKS = mean over labelled keypoints of exp(-d^2 / (2 s^2 k^2)), k = 2 sigma, s^2 = the labelled area. Crowds and
    people without a labelled keypoint are neither looked for nor held against who finds them. A keypoint that a
    detection lacks has a similarity of 0.

    Args:
        detections: Of the pictures of `labelled`, in its keypoints.
        labelled: With `area`. Its skeleton's sigmas are used.
        known: (K,) keypoints to count; None for all.

    Raises:
        BadInputError: pycocotools is missing, or a person to be looked for has no area.
    """
    known = np.ones(labelled.skeleton.n_keypoints, np.bool_) if known is None else known
    truth = _labelled_people(labelled, known)
    wanted = sum(person["num_keypoints"] > 0 and not person["iscrowd"] for person in truth)
    if not all(math.isfinite(person["area"]) for person in truth):
        raise BadInputError("average precision needs the area of every person", where=labelled.name)
    pictures = sorted({*labelled.picture.tolist(), *detections.picture.tolist()})
    with contextlib.redirect_stdout(io.StringIO()):
        figures = _run_cocoeval(truth, _detected_people(detections), pictures, labelled.skeleton.sigmas)
    percent = [100.0 * value if value >= 0 else math.nan for value in figures]
    return ApScore(people=wanted, **dict(zip(_FIGURES, percent, strict=True)))


def has_areas(labelled: LabelledSet) -> bool:
    """Tell whether `compute_ap` applies: every person to be looked for has an area."""
    wanted = np.isfinite(labelled.keypoints).all(axis=-1).any(axis=-1) & ~labelled.crowd
    return bool(wanted.any() and np.isfinite(labelled.area[wanted]).all())


def _labelled_people(labelled: LabelledSet, known: npt.NDArray[np.bool_]) -> list[_Person]:
    people: list[_Person] = []
    for i, xy in enumerate(labelled.keypoints):
        present = np.isfinite(xy).all(axis=-1) & known
        flags = np.where(present, np.where(labelled.occluded[i], _OCCLUDED, _VISIBLE), 0)
        ignored = bool(labelled.crowd[i]) or not present.any()
        area = float(labelled.area[i])
        people.append(
            _person(
                i + 1,  # 0 stands for "no match" in cocoeval
                int(labelled.picture[i]),
                np.where(present[:, None], xy, 0.0),
                flags,
                box=np.nan_to_num(labelled.box[i], nan=0.0).tolist(),
                area=0.0 if ignored and not math.isfinite(area) else area,
            )
        )
        people[-1]["iscrowd"] = int(labelled.crowd[i])
    return people


def _detected_people(detections: Detections) -> list[_Person]:
    people: list[_Person] = []
    for i, xy in enumerate(detections.keypoints):
        found = np.isfinite(xy).all(axis=-1)
        if not found.any():
            continue
        low, high = xy[found].min(axis=0), xy[found].max(axis=0)
        width, height = (high - low).tolist()
        placed = np.where(found[:, None], xy, _NOWHERE)
        box = [*low.tolist(), width, height]
        people.append(
            _person(i + 1, int(detections.picture[i]), placed, np.where(found, 2, 0), box=box, area=width * height)
        )
        people[-1]["score"] = float(detections.score[i])
    return people


def _person(
    number: int,
    picture: int,
    xy: npt.NDArray[np.floating],
    flags: npt.NDArray[np.integer],
    *,
    box: list[float],
    area: float,
) -> _Person:
    return {
        "id": number,
        "image_id": picture,
        "category_id": _PERSON,
        "keypoints": np.column_stack([xy.astype(np.float64), flags]).reshape(-1).tolist(),
        "num_keypoints": int((flags > 0).sum()),
        "bbox": box,
        "area": area,
        "iscrowd": 0,
        "score": 0.0,
    }


def _run_cocoeval(
    truth: list[_Person], found: list[_Person], pictures: list[int], sigmas: tuple[float, ...]
) -> list[float]:
    """Return COCO's ten figures, 0..1, -1 where nobody is to be found."""
    try:
        from pycocotools.cocoeval import COCOeval
    except ImportError as error:
        raise BadInputError(
            "average precision needs pycocotools", remedy="Install it: pip install 'poseapp[train]'"
        ) from error
    evaluation = COCOeval(_index(truth, pictures), _index(found, pictures), iouType="keypoints")
    evaluation.params.kpt_oks_sigmas = np.asarray(sigmas, np.float64)
    evaluation.params.maxDets = [_MOST]
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return [float(value) for value in evaluation.stats]


def _index(people: list[_Person], pictures: list[int]) -> COCO:
    from pycocotools.coco import COCO

    coco = COCO()
    coco.dataset = {
        "images": [{"id": picture} for picture in pictures],
        "categories": [{"id": _PERSON, "name": "person"}],
        "annotations": people,
    }
    coco.createIndex()
    return coco
