"""What must never happen in a step, on any path, under any fault: DESIGN's list, as assertions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from decommission import contract
from sandbox.directconnect import SECRET_WORD
from sandbox.directconnect.states import GONE
from tests.driver import SETTINGS, totals_in
from tests.witness import connections_shown, interfaces_shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from decommission.contract import JSON
    from decommission.errors import DecommissionError
    from decommission.run import Run
    from tests.witness import Exchange

# What can be asked to go: it is not on its way, and AWS says in a known word that it is there.
INTERFACE_STANDS: Final = frozenset({"confirming", "verifying", "pending", "available", "down"})
CONNECTION_STANDS: Final = frozenset({"ordering", "requested", "pending", "available", "down"})
LOOKS: Final = frozenset({"describe_connections", "describe_virtual_interfaces"})
DELETES: Final = frozenset({"delete_virtual_interface", "disassociate_connection_from_lag", "delete_connection"})
SURVEY: Final = frozenset(
    {
        "describe_direct_connect_gateways",
        "describe_hosted_connections",
        "describe_interconnects",
        "describe_lags",
        "describe_loa",
        "list_virtual_interface_test_history",
    }
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step that was taken: the run before it, what it saw, did and recorded, and its result or its error."""

    run: Run
    event: JSON
    exchanges: Sequence[Exchange]
    printed: str
    outcome: JSON | DecommissionError
    ended_at: datetime
    recorded: Sequence[str]

    @property
    def result(self) -> JSON | None:
        return self.outcome if isinstance(self.outcome, dict) else None

    @cached_property
    def after(self) -> Run | None:
        """The run that the next step would read."""
        if self.result is None:
            return None
        return contract.read(self.result, now=self.ended_at, default_patience_minutes=SETTINGS.patience_minutes)


def check(taken: Taken) -> None:
    """Raise AssertionError if something happened that must never happen."""
    for text in (str(taken.outcome), taken.printed):
        assert SECRET_WORD not in text
    if taken.run.has_ended:
        assert taken.event == taken.result, "a run that has ended is another one now"
        assert not taken.exchanges, "a run that has ended goes on"
        return
    surveyed = SURVEY if taken.run.phase is None else frozenset[str]()
    assert LOOKS | DELETES | surveyed >= {exchange.method for exchange in taken.exchanges}
    for index, exchange in enumerate(taken.exchanges):
        if exchange.deletes:
            _check_delete(exchange, taken.exchanges[:index], taken)
    _check_metrics(taken)
    if taken.after is not None:
        _check_result(taken, taken.after)


def _check_delete(delete: Exchange, before: Sequence[Exchange], taken: Taken) -> None:
    run, connection_id = taken.run, taken.run.request.connection_id
    assert not run.request.dry_run, "a dry run deletes"
    assert delete.moment < run.deadline, "the deadline has passed"
    (connection,) = connections_shown(before, connection_id)
    interfaces = interfaces_shown(before, connection_id)
    states = {one["virtualInterfaceId"]: one["virtualInterfaceState"] for one in interfaces}
    assert run.phase is not None, "who has not told the plan yet deletes"
    if delete.method != "delete_virtual_interface":
        _is_standing(connection["connectionState"], CONNECTION_STANDS, "state", run)
        assert GONE >= set(states.values()), "an interface is neither gone nor absent"
        lag_id = connection.get("lagId")
        asked = {"connectionId": connection_id} | ({"lagId": lag_id} if lag_id else {})
        assert asked == delete.parameters, "a member leaves its LAG first, and no other"
    else:
        virtual_interface_id = delete.parameters["virtualInterfaceId"]
        state = states[virtual_interface_id]
        guard = "failover-test" if state == "testing" else "state"
        _is_standing(state, INTERFACE_STANDS, guard, run)
        planned = set(run.plan.virtual_interface_ids) if run.plan else set()
        assert virtual_interface_id in planned, "it was not planned"
        assert planned >= {i for i, state in states.items() if state not in GONE}, "somebody still builds here"


def _is_standing(state: str, standing: frozenset[str], guard: str, run: Run) -> None:
    overridden = run.request.override_of(guard) is not None and state not in {*GONE, "deleting"}
    assert state in standing or overridden, "it was not seen standing"


def _check_beginning(taken: Taken) -> None:
    request = taken.run.request
    (connection,) = connections_shown(taken.exchanges, request.connection_id)
    interfaces = interfaces_shown(taken.exchanges, request.connection_id)
    assert not _stands_protected(connection, interfaces), "it is protected"
    approved = {"key": "decommission", "value": "approved"} in connection["tags"]
    assert approved or request.override_of("approval"), "nobody approved it"
    assert any(key.endswith("/plan.json") for key in taken.recorded), "it is not on record"


def _stands_protected(connection: JSON, interfaces: Sequence[JSON]) -> bool:
    standing = [connection, *(one for one in interfaces if one["virtualInterfaceState"] not in GONE)]
    return any({"key": "decommission", "value": "protected"} in one["tags"] for one in standing)


def _check_metrics(taken: Taken) -> None:
    totals = totals_in(taken.printed)
    for method, action, metric in (
        ("delete_virtual_interface", "DELETE_VIRTUAL_INTERFACES", "VirtualInterfaceDeleteRequested"),
        ("delete_connection", "DELETE_CONNECTION", "ConnectionDeleteRequested"),
    ):
        accepted = {
            parameter
            for one in taken.exchanges
            if one.method == method and one.answer is not None
            for parameter in one.parameters.values()
        }
        before = {d.resource_id for d in taken.run.deletions if d.is_accepted and d.action == action}
        assert len(accepted - before) == totals[metric], (
            "a metric tells of deletes that were not accepted, or not of all"
        )


def _check_result(taken: Taken, after: Run) -> None:
    result, connection_id = taken.result or {}, after.request.connection_id
    assert after.plan == taken.run.plan or taken.run.plan is None, "a plan is made once"
    assert (result["waitSeconds"] > 0) == (not after.has_ended)
    if taken.run.phase is None and not after.has_ended:
        _check_beginning(taken)
    if after.has_ended:
        assert not any(exchange.deletes for exchange in taken.exchanges), "it deletes, and says that it has ended"
    if result["phase"] == "COMPLETED":
        assert GONE >= {one["connectionState"] for one in connections_shown(taken.exchanges, connection_id)}
        assert GONE >= {one["virtualInterfaceState"] for one in interfaces_shown(taken.exchanges, connection_id)}
    approved = taken.run.request.plan_digest
    is_bound = approved is not None and taken.run.request.override_of("plan") is None
    if is_bound and after.plan is not None and not after.has_ended:
        assert approved == after.plan.digest, "another plan than the approved one is followed"
