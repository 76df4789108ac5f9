"""What several unit tests read."""

from typing import Any

import boto3
import pytest

from sandbox.stack import transformed


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """Return template.yaml as SAM transforms it."""
    return transformed(boto3.Session(region_name="eu-central-1"))
