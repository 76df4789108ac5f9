"""Dependencies point one way, and what decides is free of everything that acts."""

import ast
import sys
from pathlib import Path

import pytest

import decommission

PACKAGE = Path(decommission.__file__).parent
# What may be imported by what decides: nothing but the standard library and one another.
PURE = {"errors", "models", "plan", "run", "decision", "wait"}


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


def test_only_one_module_calls_direct_connect() -> None:
    callers = {path.stem for path in PACKAGE.glob("*.py") if "botocore.exceptions" in imports(path)}
    assert {"direct_connect"} == callers
