"""Reports as files."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from fixtures.report import full_report, plot
from poseapp.core.errors import BadInputError
from poseapp.reports.content import Table
from poseapp.reports.html import render_html, write_html
from poseapp.reports.pdf import build_page, write_pdf


def test_the_pdf_is_one_page_of_a4_and_says_nothing_about_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    write_pdf(path, full_report())
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    box = [float(side) for side in re.search(rb"/MediaBox \[([^]]*)\]", data)[1].split()]
    assert box == pytest.approx([0, 0, 595, 842], abs=1)
    (reference,) = re.findall(rb"/Info (\d+) 0 R", data)
    (about,) = re.findall(reference + rb" 0 obj\n(.*?)endobj", data, re.DOTALL)
    assert about.strip() == b"<< /Title (Movement report) >>"
    assert tmp_path.name.encode() not in data


def test_nothing_on_the_page_is_outside_of_it_or_over_something_else() -> None:
    figure = build_page(full_report("Somebody with a rather long name, born 1961"))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    page = figure.bbox
    texts = [text for text in figure.findobj(lambda artist: hasattr(artist, "get_text")) if text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    for words, box in boxes:
        assert page.x0 <= box.x0, words
        assert box.x1 <= page.x1, words
        assert page.y0 <= box.y0, words
        assert box.y1 <= page.y1, words
    own = [
        (words, box) for words, box in boxes if len(words) > 25 or words in ("Signed", "Date", "Knee flexion (degrees)")
    ]
    for i, (words, box) in enumerate(own):
        for other, its in own[:i]:
            over = min(box.x1, its.x1) - max(box.x0, its.x0), min(box.y1, its.y1) - max(box.y0, its.y0)
            assert over[0] < 1 or over[1] < 1, (words, other)


@pytest.mark.parametrize("n_plots", [0, 1, 3])
def test_a_page_with_less_on_it(tmp_path: Path, n_plots: int) -> None:
    content = replace(full_report(), plots=full_report().plots[:n_plots], tables=(), key_frames=(), warnings=())
    write_pdf(tmp_path / "report.pdf", content)
    write_html(tmp_path / "report.html", content)
    assert (tmp_path / "report.pdf").stat().st_size > 1000


def test_curves_with_gaps_are_drawn_with_gaps() -> None:
    whole = plot("Knee flexion", 60.0)
    values = whole.curves[0].values.copy()
    values[20:60] = np.nan
    curve = replace(whole.curves[0], values=values)
    figure = build_page(replace(full_report(), plots=(replace(whole, curves=(curve,), earlier=()),)))
    axes = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("Knee"))
    drawn = np.asarray(axes.lines[0].get_ydata(), float)
    assert np.isnan(drawn[20:60]).all()
    assert np.isfinite(drawn[:20]).all()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def test_the_html_file_needs_nothing_beside_it() -> None:
    page = read(render_html(full_report()))
    assert not any(tag in ("script", "link", "iframe", "object") for tag, _ in page.tags)
    sources = [attributes.get("src") or "" for tag, attributes in page.tags if tag == "img"]
    assert len(sources) == 4
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    links = [value for _, attributes in page.tags for name, value in attributes.items() if name in ("href", "src")]
    assert not any((link or "").startswith(("http", "//", "file")) for link in links)
    assert sum(tag == "svg" for tag, _ in page.tags) == 4


def test_the_html_page_holds_every_word_of_the_content() -> None:
    content = full_report()
    text = read(render_html(content)).text
    words = [content.title, content.subject, *content.findings, *content.warnings, *(v for _, v in content.method)]
    words += [cell for table in content.tables for row in table.rows for cell in row]
    assert all(word in text for word in words)


def test_words_cannot_become_markup(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>"
    content = replace(full_report(bad), findings=(bad,), tables=(Table(bad, (bad,), ((bad,),), bad),))
    content = replace(content, plots=(replace(plot("x", 1.0), title=bad, zero=bad, marks=((1.0, bad),)),))
    page = read(render_html(content))
    assert not any(tag == "script" for tag, _ in page.tags)
    write_pdf(tmp_path / "report.pdf", replace(content, subject="$\\frac{1$ _{"))  # nor formulas


def test_a_report_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    for write, name in ((write_pdf, "a.pdf"), (write_html, "a.html")):
        with pytest.raises(BadInputError, match="cannot be written"):
            write(tmp_path / "nowhere" / name, full_report())


def test_a_table_with_rows_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="other lengths"):
        Table("Gait", ("", "R"), (("Cadence",),))
