"""STS for moto: a role is assumed only by who knows its external id."""

from sandbox.sts.models import STSBackend, install

__all__ = ["STSBackend", "install"]
