"""Puts what was newly learnt into the old network where the new pictures hear it, and the generic ones do not.

A layer W x + b is changed from W0 to W1 by a fine-tuning. Of all W the one is taken that is nearest to W1 on what the
layer is given on marked pictures, and to W0 on what it is given on generic ones,

    min_W  E_marked |(W - W1) x|^2 + keep E_generic |(W - W0) x|^2,

which is W0 + (W1 - W0) A (A + keep G)^-1 with the second moments A and G (RegMean, Jin et al., ICLR 2023, of which this
is the case of two networks, one known by its moments alone).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from poseapp.core.errors import BadInputError
from poseapp.core.lineage import Lineage
from poseapp.core.types import ModelSpec
from poseapp.inference.catalog import InstalledModel, installed_models
from poseapp.inference.network_check import read_network
from poseapp.training.finetuning.loop import Tuner
from poseapp.training.finetuning.moments import Moments, convolution, hear, hear_both, read_moments
from poseapp.training.finetuning.settings import TuneSettings
from poseapp.training.finetuning.start import Parts, Trainable
from poseapp.training.pack import Pack

SUFFIX = ".moments.npz"
_RIDGE = 1e-3  # of the mean of the diagonal
_GENERATIONS = 32

State = Mapping[str, Tensor]


def moved_layers(start: State, taught: State) -> tuple[str, ...]:
    """Return the names of the layers whose weights changed."""
    moved = (name for name in taught if name.endswith(".weight") and not torch.equal(start[name], taught[name]))
    return tuple(name.removesuffix(".weight") for name in moved)


def merge(start: State, taught: State, marked: Moments, generic: Moments, *, keep: float, share: float) -> State:
    """Return the weights between two networks of one architecture.

    Args:
        marked, generic: Moments of layers of the start.
        keep: How much what is given on generic pictures counts.
        share: Of the new weights, in all that has no moments.
    """
    merged = {
        name: torch.lerp(start[name], value, share) if value.dtype.is_floating_point else value
        for name, value in taught.items()
    }
    for layer in marked.keys() & generic.keys():
        weight, bias = f"{layer}.weight", f"{layer}.bias"
        change = _joined(taught, weight, bias, marked[layer]) - _joined(start, weight, bias, marked[layer])
        given, kept = (
            moments[layer][:, : change.shape[2], : change.shape[2]].double() for moments in (marked, generic)
        )
        whole = given + keep * kept
        whole += _RIDGE * whole.diagonal(dim1=1, dim2=2).mean() * torch.eye(whole.shape[1], dtype=whole.dtype)
        moved = torch.linalg.solve(whole, (change @ given).mT).mT.flatten(0, 1).float()  # (C_out, D + 1)
        inputs = start[weight][0].numel()
        merged[weight] = start[weight] + moved[:, :inputs].reshape(start[weight].shape)
        if bias in start:
            merged[bias] = start[bias] + moved[:, inputs]
    return merged


def keep_fresh(merged: State, taught: State, known: Parts) -> State:
    """Return weights in which those of new keypoints are as they were taught: there is nothing old to keep."""
    kept = dict(merged)
    for name, part in known.items():
        kept[name] = taught[name].clone()
        kept[name][part] = merged[name][part]
    return kept


@torch.no_grad()
def refit_fresh(
    merged: nn.Module,
    taught: nn.Module,
    start: Trainable,
    pack: Pack,
    settings: TuneSettings,
    *,
    cancel: Callable[[], bool] = lambda: False,
) -> None:
    """Let new keypoints be read from the merged features as they were from the taught ones, by least squares.

    Only layers that have new outputs and no new inputs are changed, and of them what is new.
    """
    for layer, part in fresh_outputs(merged, start.known).items():
        module = convolution(merged, layer)
        own, cross = hear_both((merged, taught), layer, start, pack, settings, cancel=cancel)
        whole = own + _RIDGE * own.diagonal().mean() * torch.eye(len(own), dtype=own.dtype)
        if module.bias is None:
            raise ValueError(f"{layer} has no bias")
        rows = torch.cat([module.weight.flatten(1), module.bias[:, None]], dim=1)[part].double()
        found = (rows + torch.linalg.solve(whole, (rows @ (cross - own)).T).T).to(module.weight.dtype)
        module.weight[part] = found[:, :-1].reshape(module.weight[part].shape)
        module.bias[part] = found[:, -1]


def fresh_outputs(network: nn.Module, known: Parts) -> dict[str, slice]:
    """Return the plain convolutions that have outputs beyond those that are known, and which."""
    found = dict[str, slice]()
    modules = dict(network.named_modules())
    for name, part in known.items():
        module = modules.get(name.removesuffix(".weight")) if name.endswith(".weight") else None
        if type(module) is not nn.Conv2d or module.groups != 1 or module.bias is None:
            continue
        if part[1].stop == module.weight.shape[1]:
            found[name.removesuffix(".weight")] = slice(part[0].stop, None)
    return found


def shipped_moments(spec: ModelSpec) -> Moments | None:
    """Return what was measured of the shipped network that one is, or descends from; None where nothing was.

    Raises:
        BadInputError: The file that ships cannot be read.
    """
    models = {model.sha256: model for model in installed_models()}
    sha256, lineage = spec.file_sha256, spec.lineage
    for _ in range(_GENERATIONS):
        model = models.get(sha256)
        if model is not None and model.shipped and (file := model.path.with_suffix(SUFFIX)).is_file():
            moments, measured = read_moments(file)
            return moments if measured == sha256 else None
        if lineage is None:
            return None
        sha256, lineage = lineage.parent_sha256, _lineage_of(lineage.parent_sha256, models)
    return None


def merged_network(tuner: Tuner, shipped: Moments | None, *, cancel: Callable[[], bool] = lambda: False) -> nn.Module:
    """Return the taught network with as much of it taken back as the settings ask for, in evaluation mode.

    Args:
        shipped: Moments of generic pictures; None to take them of the rendered people.

    Raises:
        CancelledError: `cancel` said so.
    """
    settings, task, network = tuner.settings, tuner.task, tuner.taught()
    if not settings.keep:
        return network
    start, taught = task.start.network.state_dict(), network.state_dict()
    layers = moved_layers(start, taught)
    marked = hear(task.start, layers, task.marked, settings, cancel=cancel)
    generic = shipped
    if generic is None and task.replay is not None:
        generic = hear(task.start, layers, task.replay, settings, cancel=cancel)
    keep = settings.keep_beside_new if task.start.known else settings.keep
    merged = merge(start, taught, marked, generic or {}, keep=keep, share=settings.share)
    found = tuner.taught()
    found.load_state_dict(keep_fresh(merged, taught, task.start.known))
    refit_fresh(found, network, task.start, task.marked, settings, cancel=cancel)
    return found


def _joined(state: State, weight: str, bias: str, moments: Tensor) -> Tensor:
    """Return weights and bias (G, C_out / G, D + 1) of a layer, as its moments have its inputs."""
    rows = state[weight].flatten(1)
    if bias in state:
        rows = torch.cat([rows, state[bias][:, None]], dim=1)
    return rows.reshape(len(moments), -1, rows.shape[1]).double()


def _lineage_of(sha256: str, models: Mapping[str, InstalledModel]) -> Lineage | None:
    model = models.get(sha256)
    if model is None or model.shipped:
        return None
    try:
        return read_network(model.path).spec.lineage
    except BadInputError:
        return None
