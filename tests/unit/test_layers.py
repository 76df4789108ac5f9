"""Imports go one way, and the modules that decide have no side effects."""

import ast
import sys
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

import decommission

PACKAGE = Path(decommission.__file__).parent
# A module imports only from earlier layers of this list; the modules of ``guards`` have a list of their own.
LAYERS = [
    ["errors", "models"],
    ["plan", "words", "settings", "prices", "creation"],
    ["run"],
    ["remains", "guards", "wait", "calls"],
    ["decision", "schemas", "conversion", "traffic", "record"],
    ["contract", "metrics", "log"],
    ["direct_connect", "report"],
    ["survey"],
    ["step"],
    ["handler"],
]
GUARDS = [["evidence"], ["tags", "owners", "state", "leftovers", "planned", "traffic", "consent"], ["lag", "paths"]]
GUARDS += [["routes"], ["__init__"]]
# These read no clock, no environment and no network.
PURE = {"models", "plan", "words", "prices", "creation", "run", "remains", "guards", "decision", "wait"}
ACTING = {"os", "time", "random", "socket", "subprocess", "boto3", "botocore", "pydantic", "aws_lambda_powertools"}


def imports(path: Path) -> set[str]:
    """List what a module imports, by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            packages = {"decommission", "decommission.guards"}
            is_package = node.module in packages and (node.module == "decommission" or path.stem == "__init__")
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if is_package else {str(node.module)}
    return found


def files(module: str) -> list[Path]:
    return sorted((PACKAGE / module).glob("*.py")) or [PACKAGE / f"{module}.py"]


def ours(path: Path, prefix: str) -> set[str]:
    return {name.removeprefix(prefix).split(".")[0] for name in imports(path) if name.startswith(prefix)}


def names(path: Path) -> set[object]:
    """List the string constants of a module, and the names of all attributes that it reads."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_every_module_has_its_layer() -> None:
    assert {path.stem for path in PACKAGE.iterdir() if path.stem != "__pycache__"} == {
        "__init__",
        *(module for layer in LAYERS for module in layer),
    }
    assert {path.stem for path in files("guards")} == {module for layer in GUARDS for module in layer}


@pytest.mark.parametrize(("depth", "module"), [(depth, m) for depth, layer in enumerate(LAYERS) for m in layer])
def test_a_module_imports_from_the_layers_before_it(depth: int, module: str) -> None:
    allowed = {name for layer in LAYERS[:depth] for name in layer}
    for path in files(module):
        assert ours(path, "decommission.") - {module} <= allowed, path.name


@pytest.mark.parametrize(("depth", "guard"), [(depth, g) for depth, layer in enumerate(GUARDS) for g in layer])
def test_a_guard_imports_from_the_guards_before_it(depth: int, guard: str) -> None:
    allowed = {name for layer in GUARDS[:depth] for name in layer}
    assert ours(PACKAGE / "guards" / f"{guard}.py", "decommission.guards.") <= allowed


@pytest.mark.parametrize("module", sorted(PURE))
def test_a_module_that_decides_has_no_side_effects(module: str) -> None:
    for path in files(module):
        packages = {name.split(".")[0] for name in imports(path)} - {"decommission"}
        assert packages <= sys.stdlib_module_names - ACTING, path.name
        assert not {"now", "utcnow", "today"} & names(path), "time is an argument"


def test_only_one_module_catches_the_errors_of_botocore() -> None:
    catchers = {path.stem for path in PACKAGE.rglob("*.py") if "botocore.exceptions" in imports(path)}
    assert {"calls"} == catchers


def test_only_one_module_names_the_operations_that_delete_or_disassociate() -> None:
    operations = botocore.session.get_session().get_service_model("directconnect").operation_names
    deleting = {name for name in operations if name.startswith(("Delete", "Disassociate"))}
    named = {path.stem for path in PACKAGE.rglob("*.py") if names(path) & (deleting | set(map(xform_name, deleting)))}
    assert {"direct_connect"} == named - {"step"}, "step calls the methods of direct_connect, which have the same names"
