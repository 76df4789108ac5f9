"""Deploys the real template.yaml into moto: roles, rules, environment and state machine come from it."""

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
CODE_BUCKET = "sandbox-code"
CODE_KEY = "function.zip"
RECORD_BUCKET = "records"
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    outputs: Mapping[str, str]


def transformed(session: boto3.Session) -> dict[str, Any]:
    """Transform the template as AWS would, after putting in the local files as `sam package` would."""
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::Serverless::Function":
                properties["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": CODE_KEY}
            case "AWS::Serverless::StateMachine":
                properties["Definition"] = yaml.safe_load((ROOT / properties.pop("DefinitionUri")).read_text())
    # The template names no managed policy, so the translator needs none to look up.
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
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    # moto's CloudFormation leaves it out.
    configuration: Any = {"EventBridgeConfiguration": {}}
    s3.put_bucket_notification_configuration(Bucket=RECORD_BUCKET, NotificationConfiguration=configuration)
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return Stack(name, {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})


def _spell_for_moto(template: dict[str, Any]) -> None:
    """Rewrite what moto's CloudFormation does not understand. It ignores Rules and the patterns of parameters."""
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::CloudWatch::Alarm" | "AWS::S3::BucketPolicy" | "AWS::SNS::TopicPolicy" | "AWS::SQS::QueuePolicy":
                # moto's CloudFormation cannot create these.
                del resources[name]
            case "AWS::StepFunctions::StateMachine":
                definition = "".join(properties["DefinitionString"]["Fn::Join"][1])
                properties["DefinitionString"] = _filled_in(definition, properties.pop("DefinitionSubstitutions"))
            case "AWS::S3::Bucket":
                # A fixed name, so that `sam local invoke` can be told it beforehand; moto would invent one.
                properties["BucketName"] = RECORD_BUCKET


def _filled_in(definition: str, substitutions: Mapping[str, Any]) -> dict[str, Any]:
    """
    Do what DefinitionSubstitutions does, which moto ignores; raises KeyError for a placeholder that has no value.

    moto's Fn::Sub would turn the ``$$`` of the context object into ``$``, so this makes a Fn::Join.
    """
    parts: list[Any] = PLACEHOLDER.split(definition)
    parts[1::2] = [substitutions[name] for name in parts[1::2]]
    return {"Fn::Join": ["", parts]}


def _empty_zip() -> bytes:
    """Make a package for moto, which requires one; the sandbox's runtimes run the function from disk."""
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    return archive.getvalue()
