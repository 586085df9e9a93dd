"""The origin of a fine-tuned network, as it travels in its file."""

import json
from dataclasses import replace

import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.lineage import Lineage

LINEAGE = Lineage("poseapp-fast", "ab" * 32, "2026-11-20", clips=1, frames=20, marks=260, before_px=6.5, after_px=3.25)


def test_round_trip() -> None:
    assert Lineage.from_json(LINEAGE.to_json()) == LINEAGE
    unmeasured = replace(LINEAGE, before_px=None, after_px=None, parent_sha256="")
    assert Lineage.from_json(unmeasured.to_json()) == unmeasured


def test_the_text_holds_counts_and_nothing_else() -> None:
    assert set(json.loads(LINEAGE.to_json())) == {
        "parent",
        "parent_sha256",
        "created",
        "clips",
        "frames",
        "marks",
        "before_px",
        "after_px",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"parent": ""},
        {"parent": "a\nb"},
        {"parent": "x" * 81},
        {"parent": 3},
        {"parent_sha256": "AB" * 32},
        {"parent_sha256": "ab"},
        {"created": "yesterday"},
        {"created": 20261120},
        {"clips": -1},
        {"frames": 1.5},
        {"marks": True},
        {"before_px": float("nan")},
        {"after_px": -1.0},
        {"after_px": "small"},
        {"who": "somebody"},
    ],
)
def test_what_is_no_origin_is_refused(wrong: dict[str, object]) -> None:
    text = json.dumps(json.loads(LINEAGE.to_json()) | wrong)
    with pytest.raises(BadInputError, match="origin cannot be read"):
        Lineage.from_json(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "1"])
def test_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="origin cannot be read"):
        Lineage.from_json(text)
