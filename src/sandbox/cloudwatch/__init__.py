"""CloudWatch for moto: GetMetricData answers whole periods, and fast."""

from sandbox.cloudwatch.models import CloudWatchBackend, install

__all__ = ["CloudWatchBackend", "install"]
