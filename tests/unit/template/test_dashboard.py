"""The dashboard: it is JSON, and shows only what the application or AWS emits."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final

import pytest

from decommission import metrics
from decommission.decided import Stop
from decommission.guards import GUARDS
from decommission.metrics import Metric
from decommission.run import NewRun, Phase, Request
from sweep.summary import End, metric_of
from tests.conftest import REGION
from tests.support.driver import metrics_in
from tests.support.template import accepts, only

# These guards only warn.
NEVER_BLOCK: Final = {"billing", "macsec"}
BLOCKING: Final = [*(guard for guard in GUARDS if guard not in NEVER_BLOCK), "rehearsal"]
# What the sweep counts, without a dimension of its own.
SWEEP: Final = {metric_of(end) for end in End}
# By namespace of AWS: the dimension, the kind of resource that it names, and metrics of it.
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
OF_AWS: Final = {
    "AWS/States": (
        "StateMachineArn",
        "AWS::StepFunctions::StateMachine",
        {"ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"},
    ),
    "AWS/Lambda": ("FunctionName", "AWS::Lambda::Function", {"Errors", "Throttles", "Duration"}),
    "AWS/SQS": ("QueueName", "AWS::SQS::Queue", {"ApproximateNumberOfMessagesVisible"}),
}

type Dimensions = tuple[tuple[str, str], ...]
type Series = tuple[str, str, Dimensions]


@pytest.fixture(scope="module")
def widgets(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the widgets, with the name of each placeholder in its place."""
    text = only(resources, "AWS::CloudWatch::Dashboard")["DashboardBody"]["Fn::Sub"]
    found: list[dict[str, Any]] = json.loads(re.sub(r"\$\{([^}]+)\}", r"\1", text))["widgets"]
    return found


@pytest.fixture(scope="module")
def shown(widgets: list[dict[str, Any]]) -> set[Series]:
    return {series for widget in widgets if widget["type"] == "metric" for series in series_of(widget)}


def series_of(widget: dict[str, Any]) -> Iterator[Series]:
    """Yield the namespace, the name and the dimensions of each metric of a widget."""
    last: list[str] = []
    for row in widget["properties"]["metrics"]:
        words = [word for word in row if isinstance(word, str)]
        if words[0] == "...":
            words = last[: 1 - len(words)] + words[1:]
        last = words
        namespace, name, *rest = words
        yield namespace, name, tuple(sorted(zip(rest[::2], rest[1::2], strict=True)))


@pytest.fixture
def emitted(
    resources: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> set[Series]:
    """Return what the function prints when it counts everything that it can count."""
    variables = resources["DecommissionFunction"]["Properties"]["Environment"]["Variables"]
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", variables["POWERTOOLS_METRICS_NAMESPACE"]["Ref"])
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", variables["POWERTOOLS_SERVICE_NAME"])
    run = NewRun(request=Request(connection_id="dxcon-fg5678gh", patience_minutes=240), started_at=datetime.now(UTC))
    metrics.publish(run, REGION, dict.fromkeys(set(Metric) - {Metric.GUARD_BLOCKED}, 1))
    verdicts = [{"guard": guard, "outcome": "BLOCK"} for guard in BLOCKING]
    metrics.publish_blocks(run, REGION, Stop(phase=Phase.BLOCKED, reason=""), {"guards": verdicts})
    return {series for document in metrics_in(capsys.readouterr().out) for series in series_in(document)}


def series_in(document: dict[str, Any]) -> Iterator[Series]:
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    (names,) = directive["Dimensions"]
    dimensions = tuple(sorted((name, document[name]) for name in names))
    for metric in directive["Metrics"]:
        yield directive["Namespace"], metric["Name"], dimensions


def test_it_shows_everything_that_the_application_counts_and_nothing_else(
    shown: set[Series], emitted: set[Series]
) -> None:
    sweep = {("MetricsNamespace", name, (("service", "dx-decommission"),)) for name in SWEEP}
    assert emitted | sweep == {series for series in shown if not series[0].startswith("AWS/")}


def test_a_metric_of_aws_belongs_to_a_resource_of_the_template(shown: set[Series], resources: dict[str, Any]) -> None:
    for namespace, name, dimensions in shown:
        if namespace.startswith("AWS/"):
            dimension, kind, names = OF_AWS[namespace]
            ((shown_dimension, value),) = dimensions
            assert dimension == shown_dimension
            assert name in names
            # A queue is named by an attribute, because its reference is a URL.
            assert kind == resources[value.removesuffix(".QueueName")]["Type"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [(kind, names) for _, kind, names in OF_AWS.values()],
    ids=[kind for _, kind, _ in OF_AWS.values()],
)
def test_it_shows_every_resource_that_can_fail(
    shown: set[Series], resources: dict[str, Any], kind: str, names: set[str]
) -> None:
    expected = {(id_, name) for id_, one in resources.items() if one["Type"] == kind for name in names}
    dimension = {kind: dimension for dimension, kind, _ in OF_AWS.values()}[kind]
    assert expected == {
        (value.removesuffix(".QueueName"), name)
        for _, name, dimensions in shown
        for key, value in dimensions
        if key == dimension
    }


def test_it_shows_every_alarm(widgets: list[dict[str, Any]], resources: dict[str, Any]) -> None:
    (alarms,) = (widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm")
    assert [f"{name}.Arn" for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"] == alarms


def test_it_begins_with_where_to_look(widgets: list[dict[str, Any]]) -> None:
    kinds = [widget["type"] for widget in sorted(widgets, key=lambda one: (one["y"], one["x"]))]
    assert ["text", "alarm", "metric"] == list(dict.fromkeys(kinds))


def test_every_graph_has_a_title_and_a_region_and_names_its_lines(widgets: list[dict[str, Any]]) -> None:
    for widget in widgets:
        if widget["type"] == "metric":
            properties = widget["properties"]
            assert properties["title"]
            assert "AWS::Region" == properties["region"]
            assert all(row[-1]["label"] for row in properties["metrics"]), properties["title"]


def test_no_widget_covers_another(widgets: list[dict[str, Any]]) -> None:
    cells = [
        cell
        for one in widgets
        for cell in product(range(one["x"], one["x"] + one["width"]), range(one["y"], one["y"] + one["height"]))
    ]
    assert len(cells) == len(set(cells))
    assert 24 > max(x for x, _ in cells)


def test_no_namespace_breaks_its_json(parameters: dict[str, Any]) -> None:
    """Every other placeholder is a name that AWS made."""
    for character in ('"', "\\", "\n", "\t"):
        assert not accepts(parameters["MetricsNamespace"], f"a{character}b")


def test_its_name_is_unique_in_an_account(resources: dict[str, Any]) -> None:
    """An account has its dashboards in all regions."""
    name = only(resources, "AWS::CloudWatch::Dashboard")["DashboardName"]["Fn::Sub"]
    assert {"AWS::StackName", "AWS::Region"} == set(re.findall(r"\$\{([^}]+)\}", name))
