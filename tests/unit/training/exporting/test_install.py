"""Installing published weights: what is refused, in one clear line, and what is written."""

from __future__ import annotations

import http.server
import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.exporting import install
from poseapp.training.exporting.install import UPSTREAM, find_upstream, install_upstream, upstream_spec


@pytest.fixture
def address() -> Iterator[str]:
    """A server on this machine that has one file."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.endswith("EfficientPoseRT.h5")
            self.send_response(200 if found else 404)
            self.end_headers()
            if found:
                self.wfile.write(b"not the weights")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(BadInputError, match="There are efficientpose-rt, efficientpose-i"):
        install_upstream("openpose", None, Path("nowhere"))


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadInputError, match=r"needs the package torch\. Install the extra poseapp\[train\]"):
        install_upstream("efficientpose-rt", None, tmp_path)


def test_descriptions_name_source_licence_and_file() -> None:
    for upstream in UPSTREAM:
        spec = upstream_spec(upstream)
        assert (spec.licence, spec.sha256, spec.decode) == ("Apache-2.0", upstream.sha256, "soft-argmax")
        assert upstream.file in spec.source
        assert spec.skeleton.name == "mpii16"
        assert upstream.address.startswith("https://")


def test_descriptions_leave_scores_and_widen_covariances() -> None:
    for upstream in UPSTREAM:
        calibration = upstream_spec(upstream).calibration
        assert calibration is not None
        peaks = np.linspace(0, 1, 16, dtype=np.float32)[None]
        np.testing.assert_allclose(calibration.calibrate_score(peaks), peaks, atol=1e-6)
        cov = np.full((1, 16, 3), [1.0, 0.0, 1.0], np.float32)  # px^2, in a crop of 400 px
        assert (calibration.calibrate_covariance(cov, [400.0])[..., [0, 2]] > 6.0**2).all()


class TestWithConverter:
    @pytest.fixture(autouse=True)
    def converter(self) -> None:
        pytest.importorskip("torch")
        pytest.importorskip("onnx")

    def test_a_file_that_is_not_the_published_one_is_refused(self, tmp_path: Path) -> None:
        source = tmp_path / "weights.h5"
        source.write_bytes(b"other")
        with pytest.raises(BadInputError, match=r"weights\.h5: this is not the published EfficientPoseI\.h5"):
            install_upstream("efficientpose-i", source, tmp_path / "models")
        assert not (tmp_path / "models").exists()

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(BadInputError, match=r"none\.h5: the file cannot be read"):
            install_upstream("efficientpose-i", tmp_path / "none.h5", tmp_path)

    def test_a_download_is_checked(self, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(install, "_RAW", address)
        with pytest.raises(BadInputError, match=r"this is not the published EfficientPoseRT\.h5"):
            install_upstream("efficientpose-rt", None, tmp_path)

    def test_a_failed_download_says_what_else_to_do(
        self, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(install, "_RAW", address)
        with pytest.raises(BadInputError, match=r"download failed .*give it with --from FILE"):
            install_upstream("efficientpose-i", None, tmp_path)

    def test_no_network_is_one_line(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(install, "_RAW", "http://127.0.0.1:9")  # nothing listens on the discard port
        with pytest.raises(BadInputError, match="download failed"):
            install_upstream("efficientpose-rt", None, tmp_path)

    def test_a_download_without_end_is_cut(self, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(install, "_RAW", address)
        monkeypatch.setattr(install, "_LARGEST_BYTES", 4)
        with pytest.raises(BadInputError, match="larger than any known file"):
            install_upstream("efficientpose-rt", None, tmp_path)


def test_find_returns_the_entry() -> None:
    assert replace(find_upstream("efficientpose-i"), title="x").input_size == (256, 256)
