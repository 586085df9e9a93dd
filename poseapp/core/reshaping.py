"""What a change of the keypoints there are, or of the angles, makes of a pose store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poseapp.core.columns import Columns, Renumbering
from poseapp.core.edits import AnglesEdit, KeypointsEdit
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.own_keypoints import MAX_OWN, columns_between, columns_of_network, extended

if TYPE_CHECKING:
    from poseapp.core.store import PoseStore


def reshape(store: PoseStore, edit: KeypointsEdit | AnglesEdit) -> None:
    """Give a store other keypoints of its own, or other angles; predictions stay as the network made them.

    Raises:
        EditConflictError: It does not fit, or something is said of a keypoint that is to be taken out; the store is
            as it was.
    """
    if isinstance(edit, KeypointsEdit):
        _change_keypoints(store, edit)
        return
    if edit.before != store.skeleton.own_angles:
        raise EditConflictError("the angles of this project are not what the edit expects")
    store.skeleton = store.skeleton.with_angles(edit.after)


def predicted_columns(store: PoseStore) -> Columns:
    """Return which of the network's keypoints is which of the store's."""
    of = columns_of_network(store.network, store.skeleton, store.own)
    return Columns(of, store.network.n_keypoints)


def said_of(store: PoseStore, keypoints: frozenset[int]) -> str:
    """Tell what is said of any of some keypoints, in words; "" where nothing is, so that they can be taken out."""
    if not keypoints:
        return ""
    if n := store._marks.count_of(keypoints):
        return "it is marked in 1 place" if n == 1 else f"it is marked in {n} places"
    if store._swaps.trades(keypoints, store.skeleton.n_keypoints):
        return "it was swapped with its other side"
    return "an accepted moment is about it" if store.accepted.count_of(keypoints) else ""


def _change_keypoints(store: PoseStore, edit: KeypointsEdit) -> None:
    if edit.before != store.own:
        raise EditConflictError("the added keypoints are not what the edit expects")
    if len(edit.after) > MAX_OWN:
        raise EditConflictError(f"a project has room for {MAX_OWN} keypoints of its own")
    try:
        skeleton = extended(store.base, edit.after).with_angles(store.skeleton.own_angles)
    except BadInputError as error:
        raise EditConflictError(error.what) from error
    kept = columns_between(edit.before, edit.after, store.base.n_keypoints)
    numbers = Renumbering(kept, store.skeleton.n_keypoints, skeleton.n_keypoints)
    said = said_of(store, numbers.lost)
    if said:
        raise EditConflictError(f"{store.skeleton.keypoints[min(numbers.lost)]} cannot be taken out: {said}")
    if not numbers.is_nothing:
        store._marks, store._swaps = store._marks.renumbered(numbers), store._swaps.renumbered(numbers)
        store.accepted = store.accepted.renumbered(numbers)
    store.skeleton, store.own, store._K = skeleton, edit.after, skeleton.n_keypoints
    store._predictions.columns = predicted_columns(store)
