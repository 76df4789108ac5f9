"""Deploys the real template.yaml into moto, with its roles, rules, functions and state machines."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
SPOKE_TEMPLATE = ROOT / "spoke/template.yaml"
CODE_BUCKET = "sandbox-code"
CODE_KEY = "function.zip"
RECORD_BUCKET = "records"
# moto's CloudFormation cannot create these.
NOT_IN_MOTO = {
    "AWS::CloudWatch::Alarm",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
}
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    outputs: Mapping[str, str]


def transformed(session: boto3.Session) -> dict[str, Any]:
    """Transform the template as AWS would, after putting in the local files as ``sam package`` would."""
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::Serverless::Function":
                properties["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": CODE_KEY}
            case "AWS::Serverless::StateMachine":
                properties["Definition"] = yaml.safe_load((ROOT / properties.pop("DefinitionUri")).read_text())
    # An empty table of managed policies: the template names none.
    translator = Translator({}, Parser(), boto_session=session)
    cloudformation: dict[str, Any] = translator.translate(template, parameter_values={})
    return cloudformation


def deploy(session: boto3.Session, endpoint_url: str, name: str, parameters: Mapping[str, str]) -> Stack:
    """Create the stack; raises botocore's ClientError if moto refuses the template."""
    template = transformed(session)
    _spell_for_moto(template)
    s3 = session.client("s3", endpoint_url=endpoint_url, region_name="us-east-1")
    s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=CODE_KEY, Body=_empty_zip())
    cloudformation = session.client("cloudformation", endpoint_url=endpoint_url)
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=_as_list(parameters),
        Capabilities=["CAPABILITY_IAM"],
    )
    # moto's CloudFormation leaves it out.
    configuration: Any = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=RECORD_BUCKET, NotificationConfiguration=configuration)
    return Stack(name, _outputs(cloudformation, name))


def deploy_spoke(cloudformation: Any, name: str, parameters: Mapping[str, str]) -> Stack:  # noqa: ANN401 - as boto3
    """Create the stack of another account, with the client of that account."""
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=SPOKE_TEMPLATE.read_text(),
        Parameters=_as_list(parameters),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return Stack(name, _outputs(cloudformation, name))


def _as_list(parameters: Mapping[str, str]) -> Any:  # noqa: ANN401 - as boto3
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def _outputs(cloudformation: Any, name: str) -> dict[str, str]:  # noqa: ANN401 - as boto3
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _spell_for_moto(template: dict[str, Any]) -> None:
    """Rewrite or remove what moto's CloudFormation does not support; it ignores Rules and AllowedPatterns itself."""
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        properties = resource["Properties"]
        match resource["Type"]:
            case kind if kind in NOT_IN_MOTO:
                del resources[name]
            case "AWS::CloudWatch::Dashboard":
                # It names the alarms.
                properties["DashboardBody"] = '{"widgets": []}'
            case "AWS::StepFunctions::StateMachine":
                definition = "".join(properties["DefinitionString"]["Fn::Join"][1])
                # Its grammar wants a fraction there.
                definition = definition.replace(
                    '"ToleratedFailurePercentage": 100', '"ToleratedFailurePercentage": 100.0'
                )
                properties["DefinitionString"] = _filled_in(definition, properties.pop("DefinitionSubstitutions"))
            case "AWS::S3::Bucket":
                # A fixed name, which ``sam local invoke`` can be given beforehand; moto would make one up.
                properties["BucketName"] = RECORD_BUCKET


def _filled_in(definition: str, substitutions: Mapping[str, Any]) -> dict[str, Any]:
    """
    Apply DefinitionSubstitutions, which moto ignores; raises KeyError for a placeholder that has no value.

    The result is a Fn::Join, because moto's Fn::Sub turns the ``$$`` of the context object into ``$``.
    """
    parts: list[Any] = PLACEHOLDER.split(definition)
    parts[1::2] = [substitutions[name] for name in parts[1::2]]
    return {"Fn::Join": ["", parts]}


def _empty_zip() -> bytes:
    """Make the package that moto requires; the runtimes of the sandbox run the functions from disk."""
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    return archive.getvalue()
