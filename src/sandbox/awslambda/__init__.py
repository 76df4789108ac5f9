"""Lambda for moto: runs the deployed function's own code."""

from sandbox.awslambda.models import LambdaBackend, install

__all__ = ["LambdaBackend", "install"]
