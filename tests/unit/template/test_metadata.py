"""What people see of the template before they deploy it: groups of parameters, and its page in a repository."""

import re
import tomllib
from typing import Any

import pytest

from sandbox.stack import ROOT


@pytest.fixture(scope="module")
def groups(template: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    return found


@pytest.fixture(scope="module")
def application(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Metadata"]["AWS::ServerlessRepo::Application"]
    return found


def test_every_parameter_is_in_one_group(groups: list[dict[str, Any]], parameters: dict[str, Any]) -> None:
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(parameters) == sorted(grouped)


def test_every_group_says_what_it_is_about(groups: list[dict[str, Any]]) -> None:
    labels = [group["Label"]["default"] for group in groups]
    assert len(labels) == len(set(labels))
    assert all(re.fullmatch(r"[A-Z][a-z ,]+", label) for label in labels)


def test_a_guided_deployment_needs_no_answer(parameters: dict[str, Any]) -> None:
    assert [] == [name for name, one in parameters.items() if "Default" not in one or "Description" not in one]


class TestServerlessRepository:
    # https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-template-publishing-applications-metadata-properties.html

    def test_texts_fit(self, application: dict[str, Any]) -> None:
        assert re.fullmatch(r"[A-Za-z0-9-]{1,140}", application["Name"])
        assert 1 <= len(application["Description"]) <= 256
        assert re.fullmatch(r"[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?", application["Author"])
        assert len(application["Author"]) <= 127

    def test_labels_fit(self, application: dict[str, Any]) -> None:
        labels = application["Labels"]
        assert len(labels) <= 10
        assert all(re.fullmatch(r"[A-Za-z0-9+_:/@-]{1,127}", label) for label in labels)

    def test_its_files_exist_and_are_small_enough(self, application: dict[str, Any]) -> None:
        for name in ("LicenseUrl", "ReadmeUrl"):
            assert (ROOT / application[name]).stat().st_size <= 512 * 1024
        assert "Apache License" in (ROOT / application["LicenseUrl"]).read_text()
        assert "Apache-2.0" == application["SpdxLicenseId"]

    def test_its_version_is_that_of_the_project(self, application: dict[str, Any]) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        assert project["version"] == application["SemanticVersion"]
