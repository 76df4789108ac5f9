"""Imports go one way, and the modules that decide have no side effects."""

import ast
import sys
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

import decommission
from tests.support.layers import Layers, against_layers, imports

PACKAGE = Path(decommission.__file__).parent
ROOT = PACKAGE.parent
# A module imports only from earlier layers of this list; the modules of ``guards`` have a list of their own.
LAYERS = [
    ["errors", "models", "documents"],
    ["words", "settings", "prices"],
    ["plan"],
    ["run", "creation"],
    ["decided", "remains", "guards", "calls"],
    ["gone", "rehearsal"],
    ["wait"],
    ["decision", "schemas", "conversion", "traffic", "bucket", "clients"],
    ["contract", "metrics", "log", "record"],
    ["direct_connect", "alarms", "report"],
    ["leftovers"],
    ["survey"],
    ["places"],
    ["trial"],
    ["step"],
    ["steps"],
    ["handler"],
]
GUARDS = [["evidence"], ["tags", "owners", "state", "leftovers", "planned", "traffic", "consent"], ["lag", "paths"]]
GUARDS += [["routes"], ["__init__"]]
PAGE = [["fate", "picture", "restore"], ["timeline", "topology"], ["view"], ["render"], ["handler"]]
# These read no clock, no environment and no network.
PURE = {
    "models",
    "documents",
    "plan",
    "words",
    "prices",
    "creation",
    "run",
    "remains",
    "rehearsal",
    "guards",
    "decided",
    "gone",
    "decision",
    "wait",
}
ACTING = {"os", "time", "random", "socket", "subprocess", "boto3", "botocore", "pydantic", "aws_lambda_powertools"}


def files(module: str) -> list[Path]:
    return sorted((PACKAGE / module).glob("*.py")) or [PACKAGE / f"{module}.py"]


def names(path: Path) -> set[object]:
    """List the string constants of a module, and the names of all attributes that it reads."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize(
    ("package", "layers"), [(PACKAGE, LAYERS), (PACKAGE / "guards", GUARDS), (ROOT / "page", PAGE)]
)
def test_a_module_imports_from_earlier_layers(package: Path, layers: Layers) -> None:
    assert [] == list(against_layers(package, ROOT, layers))


@pytest.mark.parametrize("module", sorted(PURE))
def test_a_module_that_decides_has_no_side_effects(module: str) -> None:
    for path in files(module):
        packages = {name.split(".")[0] for name in imports(path, ROOT)} - {"decommission"}
        assert packages <= sys.stdlib_module_names - ACTING, path.name
        assert not {"now", "utcnow", "today"} & names(path), "time is an argument"


def test_only_one_module_catches_the_errors_of_botocore() -> None:
    catchers = {path.stem for path in PACKAGE.rglob("*.py") if "botocore.exceptions" in imports(path, ROOT)}
    assert {"calls"} == catchers


def test_only_one_module_names_the_operations_that_delete_or_disassociate() -> None:
    operations = botocore.session.get_session().get_service_model("directconnect").operation_names
    deleting = {name for name in operations if name.startswith(("Delete", "Disassociate"))}
    named = {path.stem for path in PACKAGE.rglob("*.py") if names(path) & (deleting | set(map(xform_name, deleting)))}
    assert {"direct_connect"} == named - {"step"}, "step calls the methods of direct_connect, which have the same names"
