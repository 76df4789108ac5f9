"""Print template.yaml as SAM transforms it, for tools that do not know SAM."""

import json

import boto3

from sandbox.stack import transformed

if __name__ == "__main__":
    print(json.dumps(transformed(boto3.Session(region_name="eu-central-1")), indent=2))  # noqa: T201 - its output
