"""The template against the code that it deploys, and against values that would break a deployment or a run."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from decommission import contract
from decommission.errors import InvalidRequestError
from decommission.settings import Settings
from sandbox.stack import PLACEHOLDER, ROOT

TEMPLATE = (ROOT / "template.yaml").read_text()
# Lambda reads these, not the function's settings.
PLATFORM = {"AWS_ENDPOINT_URL", "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"}
# The values of RetentionInDays: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400]
LOG_RETENTION_DAYS += [545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]


@pytest.fixture(scope="module")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found


@pytest.fixture(scope="module")
def variables(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = only(resources, "AWS::Lambda::Function")["Environment"]["Variables"]
    return found


def only(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    (properties,) = (r["Properties"] for r in resources.values() if r["Type"] == kind)
    found: dict[str, Any] = properties
    return found


def accepts(parameter: dict[str, Any], text: str) -> bool:
    """Decide as CloudFormation does: a pattern must match the whole value."""
    if "AllowedValues" in parameter:
        return text in parameter["AllowedValues"]
    fits = re.fullmatch(parameter["AllowedPattern"], text) is not None
    return fits and len(text) <= int(parameter.get("MaxLength", 4096))


# --- Parameters


def test_every_parameter_is_text_that_is_checked_and_accepts_its_default(template: dict[str, Any]) -> None:
    for name, parameter in template["Parameters"].items():
        assert "String" == parameter["Type"], name
        assert isinstance(parameter["Default"], str), name
        assert accepts(parameter, parameter["Default"]), name
        assert {"AllowedValues", "AllowedPattern"} & parameter.keys(), name
        assert "AllowedPattern" not in parameter or parameter["ConstraintDescription"], name
        assert parameter["Description"], name


def test_there_is_no_switch_that_turns_a_guard_off(template: dict[str, Any]) -> None:
    assert {
        "AlarmTopicArn",
        "AllowOverridesFromEvents",
        "ApprovalTagKey",
        "ApprovalTagValue",
        "EndpointUrl",
        "EventDetailType",
        "EventRuleState",
        "EventSource",
        "LeastPatienceMinutes",
        "LogRetentionDays",
        "ManagedByTagKeys",
        "MetricsNamespace",
        "MinimumWaitSeconds",
        "PatienceMinutes",
        "ProtectionTagKey",
        "RecordRetentionDays",
        "TrafficLookbackMinutes",
        "TrafficThresholdBps",
    } == template["Parameters"].keys()


def test_the_defaults(template: dict[str, Any]) -> None:
    assert {
        "AlarmTopicArn": "",
        "AllowOverridesFromEvents": "false",
        "ApprovalTagKey": "decommission",
        "ApprovalTagValue": "approved",
        "EndpointUrl": "",
        "EventDetailType": "Decommission Requested",
        "EventRuleState": "ENABLED",
        "EventSource": "dx-decommission",
        "LeastPatienceMinutes": "30",
        "LogRetentionDays": "365",
        "ManagedByTagKeys": "terraform,terraformed,managed-by,managedby,managed_by,pulumi:project,pulumi:stack",
        "MetricsNamespace": "DirectConnectDecommission",
        "MinimumWaitSeconds": "10",
        "PatienceMinutes": "240",
        "ProtectionTagKey": "decommission-protected",
        "RecordRetentionDays": "2557",
        "TrafficLookbackMinutes": "1440",
        "TrafficThresholdBps": "10000",
    } == {name: parameter["Default"] for name, parameter in template["Parameters"].items()}


RANGES = {
    "PatienceMinutes": (60, 1440),
    "LeastPatienceMinutes": (10, 60),
    "MinimumWaitSeconds": (1, 60),
    "TrafficLookbackMinutes": (60, 63 * 24 * 60),
    "RecordRetentionDays": (1, 36500),
}


@pytest.mark.parametrize(("name", "least", "most"), [(name, *bounds) for name, bounds in RANGES.items()])
def test_a_range_holds_exactly_its_whole_numbers(template: dict[str, Any], name: str, least: int, most: int) -> None:
    numbers = [number for number in range(100_000) if accepts(template["Parameters"][name], str(number))]
    assert (least, most) == (numbers[0], numbers[-1])
    assert most - least + 1 == len(numbers)


NO_WHOLE_NUMBERS = ["", " ", "240.5", "240.0", "1e2", "1e4", "+240", "-240", "0x40", "0240", "1_000", "ninety"]
NO_WHOLE_NUMBERS += [" 240", "240 ", "240\n", "100000000000"]
# Arabic digits: int() also reads these.
NO_WHOLE_NUMBERS += ["\u0662\u0664\u0660"]


@pytest.mark.parametrize("text", NO_WHOLE_NUMBERS)
@pytest.mark.parametrize("name", [*RANGES, "TrafficThresholdBps", "LogRetentionDays"])
def test_what_is_no_whole_number_in_plain_digits_is_refused(template: dict[str, Any], name: str, text: str) -> None:
    assert not accepts(template["Parameters"][name], text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", True), ("1", True), ("10000", True), ("9" * 10, True), ("9" * 11, False), ("00", False), ("01", False)],
)
def test_the_threshold_may_be_zero_and_has_at_most_ten_digits(
    template: dict[str, Any], text: str, *, expected: bool
) -> None:
    assert expected == accepts(template["Parameters"]["TrafficThresholdBps"], text)


def test_logs_are_kept_as_long_as_cloudwatch_logs_can(template: dict[str, Any]) -> None:
    assert LOG_RETENTION_DAYS == [int(days) for days in template["Parameters"]["LogRetentionDays"]["AllowedValues"]]
    assert not accepts(template["Parameters"]["LogRetentionDays"], "360")


def test_the_default_patience_is_never_below_the_least(template: dict[str, Any]) -> None:
    parameters = template["Parameters"]
    allowed = [
        [number for number in range(2000) if accepts(parameters[name], str(number))]
        for name in ("LeastPatienceMinutes", "PatienceMinutes")
    ]
    assert max(allowed[0]) <= min(allowed[1])


TAG_KEYS = [
    ("decommission", True),
    ("team:retire", True),
    ("Do not touch/@all", True),
    ("a=b + c_d.e-f", True),
    ("awsome", True),
    ("x", True),
    ("k" * 128, True),
    ("k" * 129, False),
    ("aws:cloudformation:stack-name", False),
    ("AWS:x", False),
    (" x", False),
    ("x ", False),
    (" ", False),
    ("", False),
    ("decommission\n", False),
    *((f"a{character}b", False) for character in "\"\\*?${},'\n\té"),
]


@pytest.mark.parametrize(("text", "expected"), TAG_KEYS)
@pytest.mark.parametrize("name", ["ApprovalTagKey", "ProtectionTagKey"])
def test_a_tag_key_cannot_break_the_text_of_the_fence(
    template: dict[str, Any], name: str, text: str, *, expected: bool
) -> None:
    assert expected == accepts(template["Parameters"][name], text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("approved", True),
        ("Yes, x", False),
        ("by the network team", True),
        ("a=b + c_d.e-f/@", True),
        ("v" * 128, True),
        ("v" * 129, False),
        # A digest follows a colon, and the fence compares with StringNotLike.
        ("approved:", False),
        ("a:b", False),
        *((f"a{character}b", False) for character in "\"\\*?${},'\n\té"),
        (" approved", False),
        ("approved ", False),
        (" ", False),
        ("", False),
    ],
)
def test_an_approval_value_cannot_break_the_fence_and_holds_no_colon_or_wildcard(
    template: dict[str, Any], text: str, *, expected: bool
) -> None:
    assert expected == accepts(template["Parameters"]["ApprovalTagValue"], text)


def test_an_approval_with_a_whole_digest_fits_into_a_tag(template: dict[str, Any]) -> None:
    longest = max(n for n in range(300) if accepts(template["Parameters"]["ApprovalTagValue"], "v" * n))
    assert longest + len(":") + 64 <= 256


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("terraform", True),
        ("terraform,managed by", True),
        ("aws:servicecatalog:productArn", True),
        (",".join(["k" * 127] * 8), True),
        (",".join(["k" * 128] * 8), False),
        ("k" * 129, False),
        ("", False),
        (",", False),
        ("terraform,", False),
        (",terraform", False),
        ("terraform,,pulumi", False),
        ("terraform, pulumi", False),
        ("terraform ,pulumi", False),
        (" terraform", False),
        ("terraform;pulumi", False),
        ("terra*", False),
    ],
)
def test_the_keys_of_other_tools_are_a_list(template: dict[str, Any], text: str, *, expected: bool) -> None:
    assert expected == accepts(template["Parameters"]["ManagedByTagKeys"], text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DirectConnectDecommission", True),
        ("Network/Direct Connect.#1:x_y-z", True),
        ("n" * 255, True),
        ("n" * 256, False),
        ("AWSome", True),
        ("AWS/DX", False),
        (":x", False),
        ("", False),
        (" ", False),
        (" x", False),
        ("x ", False),
        ("a\nb", False),
        ("a,b", False),
        ("é", False),
    ],
)
def test_the_namespace_is_one_that_cloudwatch_accepts(template: dict[str, Any], text: str, *, expected: bool) -> None:
    assert expected == accepts(template["Parameters"]["MetricsNamespace"], text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("EventSource", "our.tickets", True),
        ("EventSource", "aws.directconnect", False),
        ("EventSource", "", False),
        ("EventSource", 'a"b', False),
        ("EventSource", "s" * 257, False),
        ("EventDetailType", "Port Cancelled", True),
        ("EventDetailType", "", False),
        ("EventDetailType", " x", False),
        ("EventDetailType", "d" * 129, False),
        ("EventRuleState", "DISABLED", True),
        ("EventRuleState", "enabled", False),
        ("EventRuleState", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", False),
        ("AllowOverridesFromEvents", "true", True),
        ("AllowOverridesFromEvents", "True", False),
        ("AllowOverridesFromEvents", "yes", False),
        ("AlarmTopicArn", "arn:aws:sns:eu-central-1:123456789012:alarms", True),
        ("AlarmTopicArn", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms_1-a", True),
        ("AlarmTopicArn", "arn:aws:sqs:eu-central-1:123456789012:alarms", False),
        ("AlarmTopicArn", "arn:aws:sns:eu-central-1:123456789012:alarms.fifo", False),
        ("AlarmTopicArn", "alarms", False),
        ("AlarmTopicArn", " ", False),
        ("EndpointUrl", "http://127.0.0.1:4566", True),
        ("EndpointUrl", "http://[::1]:4566/", True),
        ("EndpointUrl", "https://sandbox.example", True),
        ("EndpointUrl", "sandbox:4566", False),
        ("EndpointUrl", "ftp://sandbox", False),
        ("EndpointUrl", "http://", False),
        ("EndpointUrl", "http://a b", False),
        ("EndpointUrl", "https://" + "x" * 248, False),
    ],
)
def test_other_parameters(template: dict[str, Any], name: str, text: str, *, expected: bool) -> None:
    assert expected == accepts(template["Parameters"][name], text)


def test_the_two_tag_keys_must_differ(template: dict[str, Any]) -> None:
    (rule,) = template["Rules"].values()
    (assertion,) = rule["Assertions"]
    keys = [{"Ref": "ApprovalTagKey"}, {"Ref": "ProtectionTagKey"}]
    assert {"Fn::Not": [{"Fn::Equals": keys}]} == assertion["Assert"]
    assert "RuleCondition" not in rule


def test_all_parameters_are_used(template: dict[str, Any]) -> None:
    rest = TEMPLATE.partition("\nRules:")[2]
    assert [] == [name for name in template["Parameters"] if not re.search(rf"(!Ref |\$\{{){name}\b", rest)]


# --- The function and its settings


class Watched(dict[str, str]):
    """An environment that notes which variables are read."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - the signature of dict
        self.read.add(name)
        return super().get(name, default)


def environment(template: dict[str, Any], variables: dict[str, Any], **changed: str) -> Watched:
    parameters = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    values = parameters | {"RecordBucket": "records"} | changed
    return Watched({name: values[v["Ref"]] if isinstance(v, dict) else v for name, v in variables.items()})


def test_the_function_reads_each_variable_that_it_is_given_and_no_other(
    template: dict[str, Any], variables: dict[str, Any]
) -> None:
    watched = environment(template, variables)
    Settings.from_environment(watched)
    assert variables.keys() - PLATFORM == watched.read
    assert variables.keys() >= PLATFORM


def test_a_variable_is_its_parameter_in_upper_case(variables: dict[str, Any]) -> None:
    for name, value in variables.items():
        if name not in PLATFORM:
            assert name == re.sub(r"(?<!^)(?=[A-Z])", "_", value["Ref"]).upper()
    assert {"Ref": "MetricsNamespace"} == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert {"Ref": "EndpointUrl"} == variables["AWS_ENDPOINT_URL"]


def test_the_defaults_are_settings_that_the_function_takes(template: dict[str, Any], variables: dict[str, Any]) -> None:
    settings = Settings.from_environment(environment(template, variables))
    assert (240, 30, 10) == (settings.patience_minutes, settings.least_patience_minutes, settings.minimum_wait_seconds)
    assert ("decommission", "approved") == (settings.approval_tag_key, settings.approval_tag_value)
    assert "decommission-protected" == settings.protection_tag_key
    assert {
        "terraform",
        "terraformed",
        "managed-by",
        "managedby",
        "managed_by",
        "pulumi:project",
        "pulumi:stack",
    } == settings.managed_by_tag_keys
    assert (1440, 10000) == (settings.traffic_lookback_minutes, settings.traffic_threshold_bps)
    assert settings.allow_overrides_from_events is False
    assert "records" == settings.record_bucket


BOUNDARIES = [(name, str(bound)) for name, bounds in RANGES.items() for bound in bounds]
BOUNDARIES += [("TrafficThresholdBps", "0"), ("TrafficThresholdBps", "9999999999")]
BOUNDARIES += [("AllowOverridesFromEvents", "true"), ("ManagedByTagKeys", "terraform")]


@pytest.mark.parametrize(("name", "text"), BOUNDARIES)
def test_the_function_takes_what_the_template_takes(
    template: dict[str, Any], variables: dict[str, Any], name: str, text: str
) -> None:
    assert accepts(template["Parameters"][name], text)
    Settings.from_environment(environment(template, variables, **{name: text}))


@pytest.mark.parametrize("minutes", [10, 59, 60, 1440, 1441])
def test_a_default_patience_is_one_that_a_request_may_name(
    template: dict[str, Any], variables: dict[str, Any], minutes: int
) -> None:
    settings = Settings.from_environment(environment(template, variables, LeastPatienceMinutes="60"))
    event = {"connectionId": "dxcon-fg5678gh", "patienceMinutes": minutes}
    try:
        contract.read(event, now=datetime(2026, 11, 2, tzinfo=UTC), settings=settings)
    except InvalidRequestError:
        may_be_named = False
    else:
        may_be_named = True
    assert may_be_named == accepts(template["Parameters"]["PatienceMinutes"], str(minutes))


def test_the_variables_fit_into_what_lambda_allows(template: dict[str, Any], variables: dict[str, Any]) -> None:
    longest = dict.fromkeys(("ApprovalTagKey", "ApprovalTagValue", "ProtectionTagKey"), "v" * 128)
    longest |= {"ManagedByTagKeys": "v" * 1024, "MetricsNamespace": "v" * 255, "EndpointUrl": "v" * 255}
    longest |= {"RecordBucket": "v" * 63}
    assert len(str(dict(environment(template, variables, **longest)))) < 4096


def test_sam_local_finds_the_function_by_its_name() -> None:
    functions = re.findall(r"^  (\w+):\n    Type: AWS::Serverless::Function$", TEMPLATE, re.MULTILINE)
    assert ["DecommissionFunction"] == functions


def test_the_function_sends_its_logs_as_they_are(resources: dict[str, Any]) -> None:
    expected = {"LogFormat": "JSON", "LogGroup": {"Ref": "FunctionLogGroup"}}
    assert expected == only(resources, "AWS::Lambda::Function")["LoggingConfig"]


def test_the_placeholders_of_the_definition_are_those_that_are_filled_in(resources: dict[str, Any]) -> None:
    wanted = set(PLACEHOLDER.findall((ROOT / "src/statemachine/decommission.asl.yaml").read_text()))
    assert wanted == only(resources, "AWS::StepFunctions::StateMachine")["DefinitionSubstitutions"].keys()


def test_both_halves_are_traced(resources: dict[str, Any]) -> None:
    assert {"Mode": "Active"} == only(resources, "AWS::Lambda::Function")["TracingConfig"]
    assert {"Enabled": True} == only(resources, "AWS::StepFunctions::StateMachine")["TracingConfiguration"]


# --- The fence and the record


def test_the_fence_is_there_before_the_function(resources: dict[str, Any]) -> None:
    function = resources["DecommissionFunction"]["DependsOn"]
    assert "Fence" in ([function] if isinstance(function, str) else function)
    assert [{"Ref": "DecommissionFunctionRole"}] == resources["Fence"]["Properties"]["Roles"]
    # Otherwise the two would wait for each other.
    assert "DependsOn" not in resources["DecommissionFunctionRole"]


def test_records_are_kept_as_long_as_was_promised_and_stay_when_the_stack_goes(resources: dict[str, Any]) -> None:
    bucket = resources["RecordBucket"]
    (rule,) = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {"Ref": "RecordRetentionDays"} == rule["ExpirationInDays"]
    assert {"Ref": "RecordRetentionDays"} == rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert "Enabled" == bucket["Properties"]["VersioningConfiguration"]["Status"]
    for name in ("RecordBucket", "RecordBucketPolicy"):
        assert "Retain" == resources[name]["DeletionPolicy"]
        assert "Retain" == resources[name]["UpdateReplacePolicy"]


def test_records_are_reached_by_the_account_only_and_over_tls_only(resources: dict[str, Any]) -> None:
    bucket = only(resources, "AWS::S3::Bucket")
    assert {True} == set(bucket["PublicAccessBlockConfiguration"].values())
    assert 4 == len(bucket["PublicAccessBlockConfiguration"])
    (statement,) = only(resources, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert ("Deny", "*", "s3:*") == (statement["Effect"], statement["Principal"], statement["Action"])
    assert {"Bool": {"aws:SecureTransport": "false"}} == statement["Condition"]


# --- Events


def test_the_rule_listens_to_this_account_only_and_can_be_switched_off(resources: dict[str, Any]) -> None:
    rule = only(resources, "AWS::Events::Rule")
    assert {
        "account": [{"Ref": "AWS::AccountId"}],
        "source": [{"Ref": "EventSource"}],
        "detail-type": [{"Ref": "EventDetailType"}],
    } == rule["EventPattern"]
    assert {"Ref": "EventRuleState"} == rule["State"]


def test_an_event_that_cannot_start_a_run_is_kept(resources: dict[str, Any]) -> None:
    (target,) = only(resources, "AWS::Events::Rule")["Targets"]
    assert {"Ref": "DecommissionStateMachine"} == target["Arn"]
    assert {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}} == target["DeadLetterConfig"]
    assert 3600 == target["RetryPolicy"]["MaximumEventAgeInSeconds"]
    queue = only(resources, "AWS::SQS::Queue")
    assert {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True} == queue


def test_only_the_rule_may_write_to_the_queue(resources: dict[str, Any]) -> None:
    policy = only(resources, "AWS::SQS::QueuePolicy")
    (rule,) = (name for name, resource in resources.items() if resource["Type"] == "AWS::Events::Rule")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert [{"Ref": "DeadLetterQueue"}] == policy["Queues"]
    assert ("Allow", "sqs:SendMessage") == (statement["Effect"], statement["Action"])
    assert {"Service": "events.amazonaws.com"} == statement["Principal"]
    assert {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]} == statement["Resource"]
    assert {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}} == statement["Condition"]


# --- Alarms and outputs

MACHINE = {"StateMachineArn": {"Ref": "DecommissionStateMachine"}}
QUEUE = {"QueueName": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}


@pytest.mark.parametrize(
    ("alarm", "namespace", "metric", "dimensions"),
    [
        ("RunFailedAlarm", "AWS/States", "ExecutionsFailed", MACHINE),
        ("RunTimedOutAlarm", "AWS/States", "ExecutionsTimedOut", MACHINE),
        ("RunAbortedAlarm", "AWS/States", "ExecutionsAborted", MACHINE),
        ("EventUndeliveredAlarm", "AWS/SQS", "ApproximateNumberOfMessagesVisible", QUEUE),
    ],
)
def test_an_alarm_watches_each_end_that_nobody_wants(
    resources: dict[str, Any], alarm: str, namespace: str, metric: str, dimensions: dict[str, Any]
) -> None:
    properties = resources[alarm]["Properties"]
    assert (namespace, metric) == (properties["Namespace"], properties["MetricName"])
    assert dimensions == {dimension["Name"]: dimension["Value"] for dimension in properties["Dimensions"]}
    assert (1, "GreaterThanOrEqualToThreshold") == (properties["Threshold"], properties["ComparisonOperator"])
    assert "notBreaching" == properties["TreatMissingData"]


def test_every_alarm_notifies_the_topic_if_there_is_one_and_says_what_to_do(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    alarms = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert 4 == len(alarms)
    for alarm in alarms:
        assert {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]} == alarm[
            "AlarmActions"
        ]
        assert re.search(r"\b(start|Start|Read|Remove)\b", alarm["AlarmDescription"])
        assert len(alarm["AlarmDescription"]) <= 1024
    assert {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]} == template["Conditions"]["HasAlarmTopic"]


def test_the_outputs(template: dict[str, Any]) -> None:
    assert {
        "DeadLetterQueueUrl": {"Ref": "DeadLetterQueue"},
        "DecommissionFunctionName": {"Ref": "DecommissionFunction"},
        "RecordBucketName": {"Ref": "RecordBucket"},
        "StateMachineArn": {"Ref": "DecommissionStateMachine"},
    } == {name: output["Value"] for name, output in template["Outputs"].items()}


def test_no_partition_is_taken_for_granted() -> None:
    assert not re.search(r"arn:aws[\w-]*:", TEMPLATE)


# --- What is shipped


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
