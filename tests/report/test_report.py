"""A report says what it must, holds nothing that it must not, and opens without a network."""

import json
import re
import sys
from pathlib import Path

import pytest

from report.reading import read
from upstanding.cli import main
from upstanding.errors import InputError
from upstanding.report import paper
from upstanding.report.impact import gathered
from upstanding.report.page import report_of, write
from upstanding.report.sections import SECTIONS
from upstanding.run import simulate

CHROMIUM = Path("/usr/bin/chromium")


def test_runs_find_their_places(impact):
    assert impact.ordinary.after.plan.scheme.name == "baseline"
    assert list(impact.ablations) == ["no-association"]
    assert list(impact.safeguards) == ["notice + appeal"]
    assert list(impact.others) == ["court-list"]
    assert [run.plan.seed for run in impact.seeds] == [6]


def test_runs_of_other_lives_or_given_twice_are_refused(runs):
    with pytest.raises(InputError, match="given once"):
        gathered([runs["essay"], runs["baseline"], runs["baseline"]])
    with pytest.raises(InputError, match="a seed other"):
        gathered([runs["baseline"], runs["seed"]])
    with pytest.raises(InputError, match="given once"):
        gathered([runs["essay"], runs["seed"], runs["seed"]])


def test_a_run_that_kept_too_little_is_refused(runs, tmp_path):
    plan = runs["baseline"].plan
    bare = simulate(
        plan.scheme,
        society=plan.society,
        citizens=512,
        weeks=2,
        ledger="off",
        out=tmp_path / "bare",
    )
    with pytest.raises(InputError, match="kept the rows of all"):
        gathered([bare])


def test_what_can_be_made_is_there_and_nothing_else(report):
    page = read(report.html)
    marks = [node.attributes["id"].removeprefix("section-") for node in page.all("section")]
    assert marks == [section.mark for section in SECTIONS if section.mark in marks]
    assert {"1", "2", "3", "4", "6", "11", "12", "A", "B", "C"} <= set(marks)
    shown = {
        node.attributes["id"].removeprefix("figure-").partition("-")[0]
        for node in page.all("figure")
    }
    assert {"R1", "R2", "R5", "R9", "R15", "R26"} <= shown
    links = [node.attributes["href"] for node in page.all("a")]
    assert {link.removeprefix("impact.files/") for link in links if "/" in link} <= set(
        report.files
    )


def test_it_says_on_every_page_that_nobody_is_real_and_whose_picture_it_is(report):
    assert "No real person is here" in report.html
    footer = re.search(r"@bottom-left \{ content: \"([^\"]*)\"", report.html).group(1)
    assert footer == "Synthetic population; no real person is here · the essay's picture"
    page = read(report.html)
    for node in page.all("figure"):
        assert "the essay's picture" in node.words(), node.attributes


def test_page_one_tells_what_was_changed(report):
    front = read(report.html).all("section")[0].words()
    assert "“essay” differs from the shipped one in 2 clauses" in front
    assert "tier.c.from" in front
    assert "tier.d.below" in front
    assert "570" in front
    assert "no evidence of conformity" in front
    assert "“town” is as it is shipped" in front


def test_human_fields_are_empty_and_there_is_no_verdict(report):
    page = read(report.html)
    empty = page.all(kind="empty")
    assert len(empty) > 30
    assert {node.words() for node in empty} == {"nobody"}
    words = page.words().lower()
    for banned in ("compliant", "traffic light", " passes", "rights score", "prove"):
        assert banned not in words
    found = {node.words() for node in page.all("td", "found")}
    assert found <= {"met", "not met", "cannot tell"}
    assert "cannot tell" in found


def test_it_holds_all_that_it_shows(report):
    assert not re.search(r'(?:src|href)="(?!#|data:|impact\.files/)', report.html)
    assert "url(http" not in report.html
    assert report.html.count("data:font/woff2") == 5
    ids = re.findall(r'\bid="([^"]+)"', report.html)
    assert len(ids) == len(set(ids))


def test_it_is_the_same_twice(impact, report):
    again = report_of(impact, beside="impact.files", call="upstanding report a b -o impact.html")
    assert again == report


def test_schemes_that_score_or_list_nobody_have_reports_too(runs):
    for name in ("baseline", "other"):
        report = report_of(gathered([runs[name]]), beside="x.files", call="x")
        assert "the essay's picture" not in report.html
        values = json.loads(report.files["numbers.json"])["numbers"]
        assert (values["barred.barred"] > 0) == (name == "other")


def test_the_command_writes_page_and_files(runs, tmp_path, capsys):
    out = tmp_path / "impact.html"
    call = ["report", str(runs["essay"].folder), str(runs["baseline"].folder), "-o", str(out)]
    with pytest.raises(SystemExit) as ended:
        main([*call, "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert str(out) in told["files"]
    assert all(Path(path).stat().st_size for path in told["files"])
    page = out.read_text()
    assert f"-o {out}" in page
    numbers = json.loads((tmp_path / "impact.files" / "numbers.json").read_text())
    assert numbers["sentences"]


def test_pdf(report, tmp_path):
    pytest.importorskip("weasyprint")
    paper.write_pdf(report.html, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_missing_library_is_told_in_one_line(report, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(paper.NoPaperError) as told:
        paper.write_pdf(report.html, tmp_path / "a.pdf")
    assert "\n" not in str(told.value)
    assert "upstanding[pdf]" in str(told.value)
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium here")
def test_it_opens_without_a_network(report, tmp_path):
    sync = pytest.importorskip("playwright.sync_api")
    page_file = tmp_path / "impact.html"
    write(report, page_file)
    wrong: list[str] = []
    with sync.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else 0)
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def guard(route):
            url = route.request.url
            if url != page_file.as_uri() and not url.startswith("data:"):
                wrong.append(url)
            route.continue_()

        page.route("**/*", guard)
        page.goto(page_file.as_uri())
        page.evaluate("document.fonts.ready")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1000
        loaded = page.evaluate(
            "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
        )
        assert {"Newsreader", "Public Sans"} <= {name.strip('"') for name in loaded}
        before = page.locator("#figure-R16 tbody tr").first.inner_text()
        page.locator("#figure-R16 th button").nth(1).click()
        assert page.locator("#figure-R16 tbody tr").first.inner_text() != before
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        browser.close()
    assert wrong == []
