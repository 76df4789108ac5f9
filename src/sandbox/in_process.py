"""CloudWatch, S3 and STS without HTTP, as far as a decommission needs them: for tests of thousands of histories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.directconnect.faults import AccessDenied, AnswerLost, Faults, Refusal, StaleAnswer

type Answer = dict[str, Any]


class _Client:
    """What every client has: a name, a log of its calls, and faults on demand."""

    service: str

    def __init__(self) -> None:
        self.meta = SimpleNamespace(service_model=SimpleNamespace(service_name=self.service))
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.faults = Faults()

    def _called(self, operation: str, parameters: Mapping[str, Any]) -> None:
        self.calls.append((operation, parameters))
        match self.faults.take(operation):
            case Refusal(code, message, status):
                raise _client_error(operation, code, message, status)
            case AccessDenied(user):
                message = f"User: {user} is not authorized to perform: {self.service}:{operation}"
                raise _client_error(operation, "AccessDenied", message, 403)
            case AnswerLost():
                raise ConnectionClosedError(endpoint_url="in process")
            case StaleAnswer() | None:
                pass


@dataclass(slots=True)
class Measured:
    """The values that CloudWatch has of one resource, in bits per second; none is what a silent metric has."""

    ingress: list[float] = field(default_factory=lambda: [0.0])
    egress: list[float] = field(default_factory=lambda: [0.0])


class CloudWatch(_Client):
    """Everything is quiet, unless ``measured`` says otherwise of an id. ``page_size`` can be made small."""

    service = "cloudwatch"

    def __init__(self) -> None:
        super().__init__()
        self.measured: dict[str, Measured] = {}
        self.page_size = 500
        self.is_partial = False

    def get_metric_data(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        self._called("GetMetricData", parameters)
        start = int(parameters.get("NextToken", 0))
        queries = parameters["MetricDataQueries"]
        page = queries[start : start + self.page_size]
        answer: Answer = {"MetricDataResults": [self._result(query) for query in page]}
        if start + self.page_size < len(queries):
            answer["NextToken"] = str(start + self.page_size)
        return answer

    def _result(self, query: Answer) -> Answer:
        metric = query["MetricStat"]["Metric"]
        measured = self.measured.get(metric["Dimensions"][-1]["Value"], Measured())
        values = measured.ingress if metric["MetricName"].endswith("Ingress") else measured.egress
        status = "PartialData" if self.is_partial else "Complete"
        return {"Id": query["Id"], "Label": query["Label"], "Values": list(values), "StatusCode": status}


class S3(_Client):
    """``objects`` is what is in the one bucket, by key."""

    service = "s3"

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, bytes] = {}

    def put_object(self, **parameters: Any) -> Answer:  # noqa: ANN401 - as boto3
        self._called("PutObject", parameters)
        key = parameters["Key"]
        if parameters.get("IfNoneMatch") == "*" and key in self.objects:
            message = "At least one of the pre-conditions you specified did not hold"
            raise _client_error("PutObject", "PreconditionFailed", message, 412)
        self.objects[key] = parameters["Body"]
        return {}


class STS(_Client):
    service = "sts"

    def __init__(self, account: str) -> None:
        super().__init__()
        self.account = account

    def get_caller_identity(self) -> Answer:
        self._called("GetCallerIdentity", {})
        return {"Account": self.account}


def _client_error(operation: str, code: str, message: str, status: int) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "in-process"},
    }
    return ClientError(response, operation)
