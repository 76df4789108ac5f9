"""Imports go one way, and only the backend and its responses import moto."""

from pathlib import Path
from typing import Final

import pytest

import sandbox
from tests.support.layers import Layers, against_layers, imports

SANDBOX: Final = Path(sandbox.__file__).parent
ROOT: Final = SANDBOX.parent
# Each module imports only from earlier layers of its list.
LAYERS: Final[dict[str, Layers]] = {
    "": [
        ["cloudwatch", "directconnect", "runtime", "stack", "stepfunctions", "sts"],
        ["awslambda", "in_process"],
        ["events"],
        ["aws"],
        ["view", "world"],
        ["__main__"],
    ],
    "directconnect": [
        ["states", "faults", "clock", "hooks", "calls"],
        ["behaviour", "wire"],
        ["lifecycle", "exceptions"],
        ["resources"],
        ["inventory"],
        ["world"],
        ["operations"],
        ["models"],
        ["responses", "client"],
        ["urls", "__init__"],
    ],
    "directconnect/resources": [
        ["bgp_peers", "failover_tests", "gateways", "mac_sec", "resiliency_groups", "routes"],
        ["ports"],
        ["connections", "virtual_interfaces"],
        ["lags"],
    ],
    "directconnect/operations": [
        ["paging", "refusals", "tagging"],
        ["failover_tests", "gateways", "letters", "provisioning", "resiliency_groups", "routes", "virtual_interfaces"],
        ["connections"],
        ["hosting"],
        ["lags"],
        ["__init__"],
    ],
    "in_process": [["client"], ["cloudwatch", "s3", "sts"], ["__init__"]],
    "awslambda": [["models", "urls"], ["__init__"]],
    "cloudwatch": [["models", "urls"], ["__init__"]],
    "events": [["models", "urls"], ["__init__"]],
    "sts": [["models", "urls"], ["__init__"]],
}
WITH_MOTO: Final = {"models", "responses"}


def test_every_package_has_its_layers() -> None:
    packages = {str(path.parent.relative_to(SANDBOX)) for path in SANDBOX.rglob("__init__.py")}

    assert {folder or "." for folder in LAYERS} == packages


@pytest.mark.parametrize("folder", LAYERS)
def test_a_module_imports_from_earlier_layers(folder: str) -> None:
    assert [] == list(against_layers(SANDBOX / folder, ROOT, LAYERS[folder]))


def test_only_the_backend_and_its_responses_import_moto() -> None:
    files = (SANDBOX / "directconnect").rglob("*.py")
    users = {path.stem for path in files if any(name.split(".")[0] == "moto" for name in imports(path, ROOT))}

    assert WITH_MOTO == users
