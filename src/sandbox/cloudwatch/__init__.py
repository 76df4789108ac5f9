"""CloudWatch for moto: GetMetricData by whole periods, quickly."""

from sandbox.cloudwatch.models import CloudWatchBackend, install

__all__ = ["CloudWatchBackend", "install"]
