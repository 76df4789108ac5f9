"""How tests read template.yaml."""

import re
from typing import Any

# The least and the largest value of each parameter that is a whole number in a range.
RANGES = {
    "PatienceMinutes": (60, 1440),
    "NoticeMinutes": (0, 10_080),
    "SweepNoticeMinutes": (0, 10_080),
    "LeastPatienceMinutes": (10, 60),
    "MinimumWaitSeconds": (1, 60),
    "TrafficLookbackMinutes": (60, 63 * 24 * 60),
    "SweepConcurrency": (1, 500),
    "RecordRetentionDays": (1, 36500),
}


def accepts(parameter: dict[str, Any], text: str) -> bool:
    """Decide as CloudFormation does whether a parameter accepts a value: a pattern must match the whole value."""
    if "AllowedValues" in parameter:
        return text in parameter["AllowedValues"]
    fits = re.fullmatch(parameter["AllowedPattern"], text) is not None
    return fits and len(text) <= int(parameter.get("MaxLength", 4096))


def only(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the properties of the only resource of this type."""
    (properties,) = (r["Properties"] for r in resources.values() if r["Type"] == kind)
    found: dict[str, Any] = properties
    return found
