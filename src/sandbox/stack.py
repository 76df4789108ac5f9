"""Deploys template.yaml, the one and only, into moto: roles, rules, environment and state machine come from it."""

import io
import json
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


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    outputs: Mapping[str, str]


def transformed(session: boto3.Session) -> dict[str, Any]:
    """Transform the template as the cloud would, with local files put in their place as `sam package` would."""
    template = yaml_parse(TEMPLATE.read_text())
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::Serverless::Function":
                properties["CodeUri"] = {"Bucket": CODE_BUCKET, "Key": CODE_KEY}
            case "AWS::Serverless::StateMachine":
                properties["Definition"] = yaml.safe_load((ROOT / properties.pop("DefinitionUri")).read_text())
    # No managed policy is looked up by name: the template names none.
    translator = Translator({}, Parser(), boto_session=session)
    cloudformation: dict[str, Any] = translator.translate(template, parameter_values={})
    return cloudformation


def deploy(session: boto3.Session, endpoint_url: str, name: str, parameters: Mapping[str, str]) -> Stack:
    """Create the stack; raises botocore's ClientError if moto does not take the template."""
    template = transformed(session)
    defaults = {key: parameter.get("Default") for key, parameter in template["Parameters"].items()}
    _spell_for_moto(template, defaults | dict(parameters))
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
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return Stack(name, {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})


def _spell_for_moto(template: dict[str, Any], parameters: Mapping[str, Any]) -> None:
    """Say in another way what moto does not understand in CloudFormation's."""
    resources = template["Resources"]
    for name, resource in list(resources.items()):
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::CloudWatch::Alarm" | "AWS::S3::BucketPolicy":
                # Not among what moto's CloudFormation can make.
                del resources[name]
            case "AWS::StepFunctions::StateMachine":
                # moto leaves DefinitionSubstitutions alone; Fn::Sub does the same.
                definition = "".join(properties["DefinitionString"]["Fn::Join"][1])
                properties["DefinitionString"] = {"Fn::Sub": [definition, properties.pop("DefinitionSubstitutions")]}
            case "AWS::S3::Bucket":
                # A name that `sam local invoke` can be told beforehand; moto would draw one.
                properties["BucketName"] = RECORD_BUCKET
            case "AWS::Events::Rule":
                # moto takes a pattern as an object only, CloudFormation as text too.
                properties["EventPattern"] = json.loads(parameters[properties["EventPattern"]["Ref"]])


def _empty_zip() -> bytes:
    """Stand in for the package: moto wants one to be there, and the sandbox's runtimes run the function from disk."""
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    return archive.getvalue()
