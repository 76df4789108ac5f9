"""The function in the template, and the environment variables that it reads."""

import re
from typing import Any

import pytest

from decommission.settings import Settings
from tests.support.template import RANGES, accepts

# Lambda and Powertools read these; the function's settings do not.
PLATFORM = {"AWS_ENDPOINT_URL", "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"}
BOUNDARIES = [(name, str(bound)) for name, bounds in RANGES.items() for bound in bounds]
BOUNDARIES += [("TrafficThresholdBps", "0"), ("TrafficThresholdBps", "9999999999")]
BOUNDARIES += [("AllowOverridesFromEvents", "true"), ("ManagedByTagKeys", "terraform")]


@pytest.fixture(scope="module")
def function(resources: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = resources["DecommissionFunction"]["Properties"]
    return properties


@pytest.fixture(scope="module")
def variables(function: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = function["Environment"]["Variables"]
    return found


class WatchedEnvironment(dict[str, str]):
    """An environment that notes which variables are read."""

    def __init__(self, parameters: dict[str, Any], variables: dict[str, Any], **changed: str) -> None:
        """Set each variable from its parameter: to the default, unless ``changed`` has another value."""
        values = {name: parameter["Default"] for name, parameter in parameters.items()}
        values |= {"RecordBucket": "records"} | changed
        super().__init__({name: values[v["Ref"]] if isinstance(v, dict) else v for name, v in variables.items()})
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - the signature of dict
        self.read.add(name)
        return super().get(name, default)


def test_the_function_reads_each_variable_that_the_template_sets_and_no_other(
    parameters: dict[str, Any], variables: dict[str, Any]
) -> None:
    environment = WatchedEnvironment(parameters, variables)
    Settings.from_environment(environment)
    assert variables.keys() == environment.read | PLATFORM
    assert set() == environment.read & PLATFORM


def test_a_variable_has_the_name_of_its_parameter_in_upper_case(variables: dict[str, Any]) -> None:
    for name, value in variables.items():
        if name not in PLATFORM:
            assert name == re.sub(r"(?<!^)(?=[A-Z])", "_", value["Ref"]).upper()
    assert {"Ref": "MetricsNamespace"} == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert {"Ref": "EndpointUrl"} == variables["AWS_ENDPOINT_URL"]


@pytest.mark.parametrize(("name", "text"), BOUNDARIES)
def test_the_function_accepts_what_the_template_accepts(
    parameters: dict[str, Any], variables: dict[str, Any], name: str, text: str
) -> None:
    assert accepts(parameters[name], text)
    Settings.from_environment(WatchedEnvironment(parameters, variables, **{name: text}))


def test_the_longest_variables_fit_into_what_lambda_allows(
    parameters: dict[str, Any], variables: dict[str, Any]
) -> None:
    longest = dict.fromkeys(("ApprovalTagKey", "ApprovalTagValue", "ProtectionTagKey"), "v" * 128)
    longest |= {"ManagedByTagKeys": "v" * 1024, "MetricsNamespace": "v" * 255, "EndpointUrl": "v" * 255}
    longest |= {"RecordBucket": "v" * 63, "SpokeRoleName": "v" * 64, "SpokeExternalId": "v" * 256}
    assert len(str(dict(WatchedEnvironment(parameters, variables, **longest)))) < 4096


def test_it_is_the_first_function(resources: dict[str, Any]) -> None:
    functions = [name for name, one in resources.items() if one["Type"] == "AWS::Lambda::Function"]
    assert ["DecommissionFunction", "SweepFunction", "NotifierFunction", "PageFunction"] == functions


def test_logs_and_traces(function: dict[str, Any], resources: dict[str, Any]) -> None:
    assert {"LogFormat": "JSON", "LogGroup": {"Ref": "FunctionLogGroup"}} == function["LoggingConfig"]
    assert {"Mode": "Active"} == function["TracingConfig"]
    machine = resources["DecommissionStateMachine"]["Properties"]
    assert {"Enabled": True} == machine["TracingConfiguration"]


def test_the_fence_is_deployed_before_the_function(resources: dict[str, Any]) -> None:
    before = resources["DecommissionFunction"]["DependsOn"]
    assert "Fence" in ([before] if isinstance(before, str) else before)
    assert [{"Ref": "DecommissionFunctionRole"}] == resources["Fence"]["Properties"]["Roles"]
    # Otherwise the role and the fence would wait for each other.
    assert "DependsOn" not in resources["DecommissionFunctionRole"]
