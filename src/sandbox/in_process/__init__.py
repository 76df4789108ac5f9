"""CloudWatch, S3 and STS without HTTP, as far as the function calls them; fast enough for thousands of histories."""

from sandbox.in_process.cloudwatch import Alarm, CloudWatch, Measured
from sandbox.in_process.s3 import S3
from sandbox.in_process.sts import STS

__all__ = ["S3", "STS", "Alarm", "CloudWatch", "Measured"]
