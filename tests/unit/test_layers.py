"""Dependencies point one way, and what decides is free of everything that acts."""

import ast
import sys
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

import decommission
from decommission.direct_connect import DirectConnect

PACKAGE = Path(decommission.__file__).parent
# What may be imported by what decides: nothing but the standard library and one another.
PURE = {"errors", "models", "plan", "run", "decision", "guards", "prices", "settings", "wait"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names}
                if node.module == "decommission"
                else {str(node.module)}
            )
    return found


def names(path: Path) -> set[object]:
    """List the texts that stand in a module, and the attributes that it takes of anything."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return texts | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@pytest.mark.parametrize("module", sorted(PURE))
def test_what_decides_imports_only_its_like(module: str) -> None:
    allowed = {f"decommission.{name}" for name in PURE}
    strangers = {
        name for name in imports(PACKAGE / f"{module}.py") if name.split(".")[0] not in sys.stdlib_module_names
    }
    assert set() == strangers - allowed


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_nobody_imports_the_handler(path: Path) -> None:
    assert "decommission.handler" not in imports(path)


def test_only_one_module_catches_what_botocore_raises() -> None:
    catchers = {path.stem for path in PACKAGE.glob("*.py") if "botocore.exceptions" in imports(path)}
    assert {"calls"} == catchers


def test_only_one_module_names_the_operations_of_direct_connect() -> None:
    operations = set(botocore.session.get_session().get_service_model("directconnect").operation_names)
    methods = {xform_name(operation) for operation in operations} - vars(DirectConnect).keys()
    assert {"direct_connect"} == {path.stem for path in PACKAGE.glob("*.py") if names(path) & (operations | methods)}
