"""The pages in a real browser: they load nothing, run nothing, and can be read on any screen."""

from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import NAMES
from tests.support.pages import HOSTILE, MOST_INTERFACES, NAME

type Scheme = Literal["light", "dark"]

WITHOUT_A_PLAN: Final = {"gone", "some-gone"}
PAGES: Final = [
    f"{run}/{page}"
    for run, page in product(NAMES, ("plan.html", "report.html"))
    if (run, page) not in product(WITHOUT_A_PLAN, ["plan.html"])
]
SCREENS: Final[list[tuple[int, Scheme]]] = [(360, "light"), (360, "dark"), (1400, "light"), (1400, "dark")]
# WCAG 2.2, level AA, for text of usual size: https://www.w3.org/TR/WCAG22/#contrast-minimum
LEAST_CONTRAST: Final = 4.5
# Returns each element with text of its own, its colours (of the text, and of what lies behind), and its words.
COLOURS: Final = """() => [...document.querySelectorAll("main *")]
  .filter(one => [...one.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
  .filter(one => !one.closest("title"))
  .map(one => {
    const style = getComputedStyle(one);
    let behind = one, ground = "rgba(0, 0, 0, 0)";
    while (behind && /, 0\\)$/.test(ground)) {
      ground = getComputedStyle(behind).backgroundColor;
      behind = behind.parentElement;
    }
    return [one instanceof SVGElement ? style.fill : style.color, ground, one.textContent.trim().slice(0, 40)];
  })"""


def opened(browser: Browser, file: Path) -> tuple[Page, list[str]]:
    """Open a page; return it with everything that it asked for, said on the console, or ran into."""
    page = browser.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.goto(file.as_uri())
    return page, heard


@pytest.mark.parametrize("name", PAGES)
def test_it_loads_and_runs_nothing(browser: Browser, files: dict[str, Path], name: str) -> None:
    page, heard = opened(browser, files[name])
    assert [files[name].as_uri()] == heard
    assert 0 == page.locator("script, img, link, iframe, object, embed, form, base, a, [onerror], [onload]").count()
    assert "13px" == page.evaluate("getComputedStyle(document.querySelector('footer')).fontSize"), "its own style holds"
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_it_can_be_read_on_every_screen(browser: Browser, files: dict[str, Path], name: str) -> None:
    page, _ = opened(browser, files[name])
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert width == page.evaluate("document.documentElement.scrollWidth"), (
            "only pictures and tables scroll sideways"
        )
        found: list[Any] = page.evaluate(COLOURS)
        assert found
        assert [] == [(text, words) for text, ground, words in found if contrast(text, ground) < LEAST_CONTRAST], scheme
    page.close()


@pytest.mark.parametrize("run", ["crowded", "crowded-blocked", "crowded-planned"])
def test_a_hostile_name_is_only_text(browser: Browser, files: dict[str, Path], run: str) -> None:
    page, _ = opened(browser, files[f"{run}/report.html"])
    # What turns the direction of writing is spelled out; the rest is as it was written.
    shown = NAME.replace("\u202e", "\\u202e").replace("\u0007", "\\x07")
    assert [shown, HOSTILE] == page.locator("dd", has_text=HOSTILE).all_inner_texts()
    assert MOST_INTERFACES == page.locator("svg.picture text.first", has_text="dxvif-aaaaaa").count()
    # No box hides what it says: the names are cut before they get there, and the tables hold the whole.
    assert [] == page.evaluate(
        "[...document.querySelectorAll('svg.picture svg')].filter(box => [...box.querySelectorAll('text')]"
        ".some(t => t.getBBox().y + t.getBBox().height > box.height.baseVal.value)).map(box => box.textContent)"
    )
    page.close()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as CSS computes them: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
