"""The documentation: its tables match the code, and what it cites exists."""

import re
from pathlib import Path
from typing import Any

import pytest

from decommission.guards import GUARDS, OVERRIDABLE
from decommission.metrics import Metric
from decommission.run import Phase
from decommission.schemas import LONGEST_PATIENCE_MINUTES, RequestSchema
from sandbox.stack import ROOT
from tests.unit.test_layers import LAYERS

README = ROOT / "README.md"
DESIGN = ROOT / "docs/design.md"
OPERATIONS = ROOT / "docs/operations.md"
DOCUMENTS = [README, DESIGN, OPERATIONS, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "spoke/README.md"]
# How the README names the kinds of ids that an override may name.
KINDS = {"connection": "dxcon", "those": "dxcon", "interfaces": "dxvif", "LAG": "dxlag", "group": "dxrg"}


def table(document: Path, first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this heading."""
    lines = [line.strip() for line in document.read_text().splitlines()]
    (start,) = (number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def first_column(document: Path, first: str) -> list[str]:
    return [name for row in table(document, first) for name in named(row[0])]


def test_the_readme_is_short() -> None:
    text = README.read_text()
    assert len(text.splitlines()) < 120
    assert len(text.split()) < 1000


def test_guards() -> None:
    assert list(GUARDS) == first_column(README, "guard")
    for names, _, ids in table(README, "guard"):
        kinds = (
            set(KINDS.values()) - {"dxrg"}
            if ids == "what is tagged"
            else {KINDS[id_] for id_ in ids.split(", ") if id_}
        )
        assert [kinds] * len(named(names)) == [set(OVERRIDABLE.get(guard, ())) for guard in named(names)]


def test_fields_of_a_request(template: dict[str, Any]) -> None:
    defaults = {str(field.alias): field.default for field in RequestSchema.model_fields.values()}
    assert list(defaults) == first_column(README, "field")
    written = {named(name)[0]: default for name, default, _ in table(README, "field")}
    assert (False, "`false`") == (defaults["dryRun"], written["dryRun"])
    assert ((), "`[]`") == (defaults["overrides"], written["overrides"])
    assert {"none"} == {written[name] for name in ("virtualInterfaceIds", "planDigest", "reason")}
    assert {None} == {
        defaults[name] for name in ("virtualInterfaceIds", "planDigest", "reason", "noticeMinutes", "patienceMinutes")
    }
    assert (0, ()) == (defaults["rehearsalMinutes"], defaults["alarmNames"])
    assert "0, none" == written["rehearsalMinutes"]
    parameters = template["Parameters"]
    assert f"`PatienceMinutes` ({parameters['PatienceMinutes']['Default']})" == written["patienceMinutes"]
    assert f"`NoticeMinutes` ({parameters['NoticeMinutes']['Default']})" == written["noticeMinutes"]
    least = parameters["LeastPatienceMinutes"]["Default"]
    assert f"`LeastPatienceMinutes` ({least}) to {LONGEST_PATIENCE_MINUTES}" in README.read_text()


def test_phases() -> None:
    assert set(Phase) == set(first_column(README, "phase"))


def test_metrics() -> None:
    assert set(Metric) == set(first_column(README, "metric"))
    for names, unit, _ in table(README, "metric"):
        assert {unit} == {Metric(name).unit.name.lower() for name in named(names)}


def test_alarms(template: dict[str, Any]) -> None:
    alarms = {name for name, one in template["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert alarms == set(first_column(OPERATIONS, "alarm"))
    assert alarms == set(re.findall(r"`(\w+Alarm)`", README.read_text()))


def test_parameters(template: dict[str, Any]) -> None:
    defaults: dict[str, str] = {}
    for names, values, _ in table(OPERATIONS, "parameter"):
        written = values.replace("`", "").split(", ")
        defaults |= dict(zip(named(names), written * len(named(names)), strict=False))
    parameters = {name: one["Default"] or "none" for name, one in template["Parameters"].items()}
    # The document names only some of these tags.
    assert {"terraform", "pulumi:stack"} <= set(parameters.pop("ManagedByTagKeys").split(","))
    assert defaults.pop("ManagedByTagKeys")
    assert parameters == defaults


def test_modules() -> None:
    rooms = first_column(DESIGN, "module")
    assert {module for layer in LAYERS for module in layer} == {name.rstrip("/") for name in rooms}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_what_a_document_cites_exists(document: Path) -> None:
    text = document.read_text()
    for link in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = link.partition("#")
        if path.startswith("https:"):
            continue
        cited = document.parent / path
        assert cited.exists(), link
        headings = re.findall(r"^#+ (.+)$", cited.read_text(), re.MULTILINE) if anchor else [""]
        assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    for path in re.findall(r"`((?:src|tests|docs|events)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_the_commands_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"(?:`|^)make ([a-z-]+)", document.read_text(), re.MULTILINE)) <= targets, document.name


def test_every_document_that_a_file_cites_exists() -> None:
    names = {document.name for document in DOCUMENTS}
    files = [path for folder in ("src", "tests", ".ci", ".github") for path in (ROOT / folder).rglob("*")]
    files += [ROOT / name for name in ("Makefile", "pyproject.toml", "template.yaml", "samconfig.toml")]
    for path in files:
        if path.suffix in {".py", ".yaml", ".toml", ".mjs", ""} and path.is_file() and "node_modules" not in path.parts:
            assert set(re.findall(r"\b(\w+\.md)\b", path.read_text())) <= names, path
