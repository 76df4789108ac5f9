"""Which states the state machine enters for a step, read from its definition."""

from functools import cache
from typing import Any

import yaml

from sandbox.stack import ROOT

type Definition = dict[str, Any]


@cache
def definition() -> Definition:
    loaded: Definition = yaml.safe_load((ROOT / "src/statemachine/decommission.asl.yaml").read_text())
    return loaded


def states_entered(machine: Definition, phase: str, *, is_first: bool) -> list[str]:
    """Follow the machine for a step that returned this phase, from its start or from the step, to its end or back."""
    name = machine["StartAt"] if is_first else "Step"
    entered = []
    while name not in entered:
        entered.append(name)
        state = machine["States"][name]
        match state["Type"]:
            case "Succeed" | "Fail":
                break
            case "Choice":
                name = _chosen(state, phase)
            case _:
                name = state["Next"]
    return entered


def _chosen(choice: Definition, phase: str) -> str:
    for rule in choice["Choices"]:
        if phase in {comparison.get("StringEquals") for comparison in rule.get("Or", [rule])}:
            following: str = rule["Next"]
            return following
    default: str = choice["Default"]
    return default
