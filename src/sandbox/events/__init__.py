"""EventBridge for moto: rules reach state machines."""

from sandbox.events.models import EventsBackend, install

__all__ = ["EventsBackend", "install"]
