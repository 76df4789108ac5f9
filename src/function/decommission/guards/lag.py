"""Guards that ask what depends on the port besides its own virtual interfaces: its LAG, and partners' customers."""

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.tags import is_approved
from decommission.models import Connection, ConnectionState, Lag
from decommission.words import are, counted, listed


def lag(evidence: Evidence) -> Finding:
    port, group = evidence.port, evidence.lag
    if joined := _joined(evidence):
        return blocks(f"AWS shows in one place, and not in another, that {joined}; start again once it shows the same")
    if isinstance(port, Lag):
        return _whole_lag(port, evidence)
    if port.lag_id is None:
        return passes("the connection is not a member of a LAG")
    if group is None:
        return blocks(f"the connection is a member of {port.lag_id}, which AWS does not show; find out what it is")
    return _member(port, group, evidence)


def _member(connection: Connection, group: Lag, evidence: Evidence) -> Finding:
    """Ask whether one connection may leave a LAG that stays."""
    left = _links_left(group, evidence)
    interfaces = [v.virtual_interface_id for v in evidence.of_lag]
    hosted = evidence.surroundings.hosted_connection_ids
    members = {member.connection_id for member in group.members}
    # Once the run has asked to leave the LAG, AWS may show the LAG without it before it shows it without the LAG.
    is_last = members == {connection.connection_id} or (evidence.run_has_begun and not members)
    problems: list[str] = []
    if interfaces or hosted:
        depends = [counted(interfaces)] if interfaces else []
        depends += [counted(hosted, "hosted connection")] if hosted else []
        problems.append(
            f"{' and '.join(depends)} of {group.lag_id} would keep {counted(left, 'available link')}, not counting "
            f"links that are approved for decommission: {listed([*interfaces, *hosted])}"
        )
    # AWS lets the last member leave whatever the minimum is (DisassociateConnectionFromLag).
    if len(left) < group.minimum_links and not (is_last and not interfaces and not hosted):
        problems.append(
            f"{group.lag_id} would have {len(left)} of the {group.minimum_links} links that it needs, below which AWS "
            "lets no available member leave: lower its minimum with UpdateLag"
        )
    if not problems:
        if refused := evidence.surroundings.refusals.get("DescribeHostedConnections"):
            return warns(f'nobody can tell whether hosted connections depend on {group.lag_id}; AWS said: "{refused}"')
        kept = "and it is the last member" if is_last else "and enough links stay"
        return passes(f"the connection can leave {group.lag_id}: nothing depends on that LAG, {kept}")
    ids = [group.lag_id] if left else [group.lag_id, *interfaces]
    advice = "make sure that the LAG can do with fewer links, or name the LAG (lagId) if all of it is to go"
    return blocks(f"{'; '.join(problems)}; {advice}", ids)


def _whole_lag(group: Lag, evidence: Evidence) -> Finding:
    """Say that nothing of a LAG stays that could need its links, and warn if it had none when the run began."""
    if not evidence.plan.member_ids:
        return warns(
            f"no connection is in {group.lag_id}; one that left it earlier is not part of this run, and is not deleted"
        )
    count = counted(evidence.observation.inside, "connection")
    lowered = f", after its minimum of links ({group.minimum_links}) is lowered to 0" if group.minimum_links else ""
    return passes(f"the whole of {group.lag_id} is deleted, with {count} that it still has{lowered}")


def _links_left(group: Lag, evidence: Evidence) -> list[str]:
    """List the available members of a LAG that would stay; one that is approved itself may soon leave."""
    return [
        member.connection_id
        for member in group.members
        if member.connection_id != evidence.port.id
        and member.state == ConnectionState.AVAILABLE
        and not is_approved(member.tags, evidence.settings)
    ]


def _joined(evidence: Evidence) -> str:
    """Name LAGs that have a connection of the run as a member, without those that it shows or is to leave."""
    return listed(
        f"{c.connection_id} is a member of {lag.lag_id}"
        for c in evidence.connections
        for lag in evidence.surroundings.lags
        if lag.lag_id not in {c.lag_id, evidence.plan.lag_id}
        and c.connection_id in {member.connection_id for member in lag.members}
    )


def hosted_connections(evidence: Evidence) -> Finding:
    around, group, keeps = evidence.surroundings, evidence.lag, evidence.plan.keeps_connection
    problems: list[str] = []
    ids: list[str] = []
    if interconnects := around.interconnect_ids:
        problems.append(
            f"{listed(interconnects)} {are(interconnects)} an interconnect, which carries the connections of a "
            "partner's customers"
        )
        ids += interconnects
    if not keeps and (hosted := around.hosted_connection_ids):
        problems.append(
            f"it or its LAG carries hosted connections of a partner's customers: {listed(hosted)}; move them first"
        )
        ids += hosted
    if not keeps and group is not None and group.allows_hosted_connections:
        problems.append(
            f"{group.lag_id} is a partner's LAG (it allows hosted connections): a member that leaves it becomes an "
            "interconnect, which this application does not delete"
        )
        ids.append(group.lag_id)
    if problems:
        # What hangs on a LAG outlives one of its connections, but not the LAG itself.
        return blocks("; ".join(problems), [] if isinstance(evidence.port, Lag) and not keeps else ids)
    asked = ("DescribeInterconnects",) if keeps else ("DescribeHostedConnections", "DescribeInterconnects")
    refused = [f'{name}: "{around.refusals[name]}"' for name in asked if name in around.refusals]
    if refused:
        return warns(f"nobody can tell whether it carries hosted connections; AWS refused {'; '.join(refused)}")
    return passes(f"{evidence.port.id} is no interconnect, and stays" if keeps else "it carries no hosted connections")
