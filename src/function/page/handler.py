"""
The entry point of the function that makes what people use of a record: pages, and what builds the same again.

EventBridge calls it when S3 has a new plan or report of a run, or what it is about to delete. All of it lies beside the
document, in the same folder of the record. What it cannot make it raises, so that Lambda tries again and an alarm
rings; the run goes on whatever becomes of it, and the document holds all that these show.
"""

import json
import os
from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger

from decommission.bucket import JSON_TYPE, Bucket
from decommission.clients import clients_with
from decommission.errors import InvalidRequestError
from page.render import as_html
from page.restore import files_of
from page.view import view_of_plan, view_of_report

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

HTML_TYPE = "text/html; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"

_bucket = Bucket(partial(clients_with(), "s3"), os.environ["RECORD_BUCKET"])
logger = Logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> None:  # noqa: ARG001 - Lambda calls with two parameters
    """
    Write the page of the plan or report that S3's event names, or the files that build the same again.

    Raises AwsBusyError, AwsDeniedError, ConfigurationError.
    """
    match event:
        case {"source": "aws.s3", "detail": {"object": {"key": str(key)}}}:
            folder, _, name = key.rpartition("/")
        case _:
            raise InvalidRequestError("the event is not S3's of a new document of a record")
    record = f"s3://{_bucket.name}/{folder}/"
    document = _read(key)
    if name == "restore.json":
        for file, text in files_of(document, _read(f"{folder}/plan.json")).items():
            _bucket.put(f"{folder}/restore/{file}", text.encode(), JSON_TYPE if file.endswith(".json") else TEXT_TYPE)
        logger.info("written", files=f"{folder}/restore/")
        return
    if name == "report.json":
        # A run that was blocked at its first look has no plan.
        plan = _read(f"{folder}/plan.json") if document["plan"] else None
        view = view_of_report(document, plan, record)
    else:
        view = view_of_plan(document, record)
    page = key.removesuffix(".json") + ".html"
    _bucket.put(page, as_html(view).encode(), HTML_TYPE)
    logger.info("written", page=page)


def _read(key: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_bucket.get(key))
    return document
