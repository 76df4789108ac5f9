"""The HTML: it loads nothing, and what people wrote is only text."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from sandbox.stack import ROOT
from tests.support.pages import HOSTILE, RUNS, pages, recorded


class Elements(HTMLParser):
    """Collects the names of all elements and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("run", RUNS)
def test_it_loads_nothing(run: str) -> None:
    for html in pages(recorded(run)).values():
        elements = Elements(html)
        assert not elements.tags & {"script", "img", "link", "a", "iframe", "object", "embed", "form", "base", "use"}
        assert not {name for name in elements.attributes if name.startswith("on")} | (
            elements.attributes & {"src", "href", "xlink:href", "srcset", "action", "style"}
        )
        assert not re.search(r"url\(|@import|javascript:", html)
        assert "default-src 'none'; style-src 'sha256-" in html


def test_what_cannot_be_seen_is_spelled_out() -> None:
    html = pages(recorded("crowded"))["report.html"]
    assert "\u202e" not in html
    assert "\\u202egnp.exe\\x07" in html
    assert HOSTILE not in html
    assert "{{7*7}}" in html, "no text is read as a template"


def test_a_command_keeps_its_lines() -> None:
    assert (
        "aws directconnect tag-resource --region eu-central-1 \\\n  --resource-arn"
        in pages(recorded("planned"))["plan.html"]
    )


def test_the_step_does_not_import_what_makes_pages() -> None:
    """It would make each cold start longer."""
    answered = subprocess.run(
        [sys.executable, "-c", "import sys, decommission.steps; print(*sys.modules)"],
        env={"PYTHONPATH": "src/function"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = answered.stdout.split()
    assert "decommission.report" in modules
    assert not {"jinja2", "markupsafe", "page", "notifier", "sweep"} & set(modules)
