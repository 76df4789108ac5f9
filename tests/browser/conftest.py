"""Chromium, driven by Playwright; ``apt-get install chromium`` gets it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.pages import RUNS, moved, pages, recorded

# It neither looks for updates nor synchronises anything. As root, it runs without its own sandbox only.
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
NAMES = [*RUNS, "moved"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the file of each page, by the names of its run and of its document."""
    folder = tmp_path_factory.mktemp("pages")
    found: dict[str, Path] = {}
    for run in NAMES:
        for name, html in pages(moved() if run == "moved" else recorded(run)).items():
            found[f"{run}/{name}"] = folder / f"{run}-{name}"
            found[f"{run}/{name}"].write_text(html)
    return found
