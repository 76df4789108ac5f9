"""Makes the HTML of a page: one file that loads nothing and runs nothing."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from decommission.words import visible
from page.fate import SYMBOLS, Kind
from page.view import View

LEGEND = {
    Kind.PLANNED: "to be deleted",
    Kind.DELETED: "deleted by this run",
    Kind.GONE: "gone without it",
    Kind.MOVED: "moved",
    Kind.LEFT: "left",
}
TEMPLATES = Path(__file__).parent / "templates"


def as_html(view: View) -> str:
    return _environment().get_template("page.html").render(view=view)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "page.css").read_text()
    # The page's policy allows this style and nothing else.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals["legend"] = [(kind, SYMBOLS[kind], words) for kind, words in LEGEND.items()]
    environment.globals |= {"style": Markup(style), "style_digest": f"sha256-{digest}"}  # noqa: S704 - a file of ours
    return environment


def _shown(value: object) -> object:
    """Spell out what cannot be seen, but for line breaks: they are blanks in HTML, and part of our own commands."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "\n".join(map(visible, value.split("\n")))
