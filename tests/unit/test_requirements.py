"""The pinned requirements: each has its hashes, and the package ships the versions that were tested."""

import pytest

from sandbox.stack import ROOT

SHIPPED = "src/function/requirements.txt"
FILES = [SHIPPED, *sorted(path.name for path in ROOT.glob("requirements-*.txt"))]


def pins(path: str) -> dict[str, str]:
    """Return the version of each package, followed by a backslash if hashes follow on the next lines."""
    lines = [line for line in (ROOT / path).read_text().splitlines() if line and not line.startswith((" ", "#"))]
    return dict(line.split("==") for line in lines)


@pytest.mark.parametrize("path", FILES)
def test_every_requirement_has_its_hashes(path: str) -> None:
    versions = pins(path)
    assert versions
    assert {name: version for name, version in versions.items() if not version.endswith(" \\")} == {}


def test_the_package_ships_the_versions_that_were_tested() -> None:
    shipped, tested = pins(SHIPPED), pins("requirements-dev.txt")
    assert shipped == {name: tested[name] for name in shipped}
