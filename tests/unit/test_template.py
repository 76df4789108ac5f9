"""The template against the code that it deploys."""

import re
from typing import Any

import boto3
import pytest

from decommission.contract import LONGEST_PATIENCE_MINUTES
from decommission.settings import Settings
from sandbox.stack import ROOT, transformed

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return transformed(boto3.Session(region_name="eu-central-1"))


def only(template: dict[str, Any], kind: str) -> dict[str, Any]:
    (properties,) = (r["Properties"] for r in template["Resources"].values() if r["Type"] == kind)
    found: dict[str, Any] = properties
    return found


def test_the_placeholders_of_the_definition_are_those_that_are_filled_in(template: dict[str, Any]) -> None:
    wanted = set(PLACEHOLDER.findall((ROOT / "src/statemachine/decommission.asl.yaml").read_text()))
    assert wanted == only(template, "AWS::StepFunctions::StateMachine")["DefinitionSubstitutions"].keys()


def test_the_defaults_are_settings_that_the_function_takes(template: dict[str, Any]) -> None:
    variables = only(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    defaults = {
        name: str(template["Parameters"][value["Ref"]]["Default"]) if isinstance(value, dict) else value
        for name, value in variables.items()
    }
    assert Settings(patience_minutes=240, minimum_wait_seconds=10) == Settings.from_environment(defaults)


def test_a_patience_that_the_template_takes_is_one_that_a_request_may_have(template: dict[str, Any]) -> None:
    assert LONGEST_PATIENCE_MINUTES == template["Parameters"]["PatienceMinutes"]["MaxValue"]


def test_both_halves_are_traced(template: dict[str, Any]) -> None:
    assert {"Mode": "Active"} == only(template, "AWS::Lambda::Function")["TracingConfig"]
    assert {"Enabled": True} == only(template, "AWS::StepFunctions::StateMachine")["TracingConfiguration"]


def test_the_function_may_be_given_another_endpoint(template: dict[str, Any]) -> None:
    variables = only(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert {"Ref": "EndpointUrl"} == variables["AWS_ENDPOINT_URL"]
    assert "" == template["Parameters"]["EndpointUrl"]["Default"]


def test_every_pinned_requirement_carries_its_hash() -> None:
    for path in (ROOT / "src/function/requirements.txt", ROOT / "requirements-dev.txt", ROOT / "requirements-sam.txt"):
        pins = [line for line in path.read_text().splitlines() if line and not line.startswith((" ", "#"))]
        assert pins
        assert all(re.fullmatch(r"[\w.\[\]-]+==\S+ \\", pin) for pin in pins), path.name


def test_the_package_ships_the_sdk_that_it_was_tested_with() -> None:
    def pins(path: str) -> dict[str, str]:
        lines = (ROOT / path).read_text().splitlines()
        return dict(line.removesuffix(" \\").split("==") for line in lines if "==" in line and not line.startswith(" "))

    shipped, tested = pins("src/function/requirements.txt"), pins("requirements-dev.txt")
    assert shipped == {name: tested[name] for name in shipped}
