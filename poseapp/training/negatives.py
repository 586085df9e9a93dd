"""Pictures with nobody in them, so that a network learns to say so: surroundings of people, rooms, drawn scenes.

python -m poseapp.training.negatives OUT.npz --data DATA --teacher FOLDER --count 1500 --seed 1

Their keypoints are all `OUTSIDE`: every heatmap of such a picture should be empty.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Box
from poseapp.core.skeleton import load_skeleton
from poseapp.training.pack import OUTSIDE, Pack, UInt8, write_pack
from poseapp.training.readers.pictures import ReadPicture, read_all_of_zip
from poseapp.training.render.backdrop import random_backdrop
from poseapp.training.render.studio import build_studio
from poseapp.training.render.walks import random_room_camera
from poseapp.training.teachers.agreement import SecondOpinion, body_scale, sees
from poseapp.training.teachers.answers import Answers, Landmarks, read_answers, read_landmarks

log = logging.getLogger(__name__)
SIDE = 200  # px of a drawn picture; parts of photographs are at most as large
LEAST_SIDE = 64  # px; smaller parts of a photograph show nothing
BODY_MARGIN = 0.12  # around the keypoints, shares of their extent: hands, hair and what is held
POSSIBLE_POINT = 0.05  # peak from which a keypoint may be somebody
SURE_PERSON = 0.35  # mean peak: a photograph whose person is not found well is not cut up
SAME_PERSON = 9  # of the 12 keypoints of limbs that both teachers see in one place
TRIES = 200  # random squares before a photograph is given up
PHOTOGRAPHS, ROOMS = 0.6, 0.15  # shares; the rest is drawn
CUTS_A_ROOM = 12


def person_extent(n: int, answers: Answers, marked: Landmarks) -> Box | None:
    """Return the box that holds the person of photograph n, px, with a margin; None when it is not sure.

    Only photographs where both teachers see the same body are cut up: else somebody may be in a part.
    """
    second = SecondOpinion.of(marked, n) if answers.looks[n] else None
    if second is None or answers.peak[n].mean() < SURE_PERSON:
        return None
    if sees(second, answers.xy[n], body_scale(answers.xy[n])).sum() < SAME_PERSON:
        return None
    points = np.concatenate([answers.xy[n][answers.peak[n] > POSSIBLE_POINT], second.xy])
    return Box.around(points).squared(1 + 2 * BODY_MARGIN)


def part_without(picture: UInt8, person: Box, rng: np.random.Generator) -> UInt8 | None:
    """Return a random square part of a picture (H, W, 3) that does not touch a box; None when it finds none."""
    height, width = picture.shape[:2]
    for _ in range(TRIES):
        side = int(rng.uniform(LEAST_SIDE, max(LEAST_SIDE + 1, min(height, width))))
        left, top = int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1))
        apart_x = left + side <= person.x or left >= person.x + person.width
        apart_y = top + side <= person.y or top >= person.y + person.height
        if apart_x or apart_y:
            return _shrunk(picture[top : top + side, left : left + side])
    return None


def _shrunk(part: UInt8) -> UInt8:
    if part.shape[0] <= SIDE:
        return part.copy()
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def parts_of_photographs(
    read_picture: ReadPicture, answers: Answers, marked: Landmarks, rng: np.random.Generator
) -> Iterator[UInt8]:
    """Yield parts without a person of photographs in a random order, over and over.

    Raises:
        BadInputError: No photograph has such a part.
    """
    extents = {n: box for n in range(len(answers.looks)) if (box := person_extent(n, answers, marked)) is not None}
    while True:
        found = 0
        for n in rng.permutation(list(extents)):
            part = part_without(read_picture(int(n)), extents[int(n)], rng)
            if part is not None:
                found += 1
                yield part
        if not found:
            raise BadInputError("no photograph has a part without a person", remedy="Run both teachers first")


def parts_of_rooms(rng: np.random.Generator) -> Iterator[UInt8]:
    """Yield parts of the empty exercise room from random cameras, some with their colours changed."""
    while True:
        studio = build_studio(random_room_camera(rng), samples=1)
        tint = rng.uniform(0.7, 1.15, 3)
        room = (np.clip(studio.picture * tint, 0, 1) * 255).astype(np.uint8)
        for _ in range(CUTS_A_ROOM):
            side = int(rng.integers(120, min(room.shape[:2])))
            left, top = (int(rng.integers(0, extent - side + 1)) for extent in room.shape[1::-1])
            yield _shrunk(room[top : top + side, left : left + side])


def drawn_scene(rng: np.random.Generator, size: tuple[int, int] = (SIDE, SIDE)) -> UInt8:
    """Return a drawn room, landscape or clutter (H, W, 3) of a size (H, W)."""
    return (random_backdrop(size, rng) * 255).astype(np.uint8)


def make_negatives(count: int, seed: int, photographs: Iterator[UInt8] | None, keypoints: int) -> Pack:
    """Return pictures of nobody: parts of photographs (where given), rooms and drawn scenes, mixed.

    Same seed and photographs, same pictures.
    """
    rng = np.random.default_rng([44, seed])
    rooms, images = parts_of_rooms(np.random.default_rng([45, seed])), []
    for _ in range(count):
        kind = rng.random()
        if photographs is not None and kind < PHOTOGRAPHS:
            images.append(next(photographs))
        elif kind < PHOTOGRAPHS + ROOMS:
            images.append(next(rooms))
        else:
            images.append(drawn_scene(rng))
    return Pack(tuple(images), np.full((count, keypoints, 2), OUTSIDE, np.float32))


def main() -> None:
    """Write a pack of pictures without people."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True, help="folder of the teachers' answers")
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    read_picture, names = read_all_of_zip(args.data / "exercises" / "images.zip")
    answers = read_answers(args.teacher / "teacher_exercises.npz", len(names))
    marked = read_landmarks(args.teacher / "feet_exercises.npz", len(names))
    photographs = parts_of_photographs(read_picture, answers, marked, np.random.default_rng([46, args.seed]))
    pack = make_negatives(args.count, args.seed, photographs, load_skeleton("body18").n_keypoints)
    write_pack(args.out, pack)
    log.info("%d pictures without people", len(pack))


if __name__ == "__main__":
    main()
