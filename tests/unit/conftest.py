"""The template, for the unit tests that read it."""

from typing import Any

import boto3
import pytest

from sandbox.stack import transformed


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """Return template.yaml as SAM transforms it."""
    return transformed(boto3.Session(region_name="eu-central-1"))


@pytest.fixture(scope="session")
def parameters(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Parameters"]
    return found


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found
