"""What the record keeps of a connection builds the same again: decommissioned, replayed with boto3, and compared."""

import json
from typing import Any, Final

import pytest

from sandbox import world
from sandbox.aws import Sandbox
from sandbox.directconnect import InProcessClient, client_error
from sandbox.directconnect.resources.mac_sec import MacSecKey
from sandbox.directconnect.states import AddressFamily, ConnectionState
from tests.step.worlds import OTHER_ACCOUNT

type JSON = dict[str, Any]

REQUEST: Final = {"connectionId": world.CONNECTION_ID}
SECRET_ARN: Final = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mac-sec"
MANAGED_ARN: Final = SECRET_ARN.replace("mac-sec", "directconnect!prod/eu-central-1/directconnect/0a")
FOREIGN: Final = "dxvif-foreign1"
CONSENT: Final = [{"guard": "foreign-interfaces", "reason": "agreed with them, CHG-1234", "ids": [FOREIGN]}]
# Ids, keys and states; and what AWS says of the moment and of the port, or chooses itself.
ANEW: Final = {
    *("connectionId", "virtualInterfaceId", "bgpPeerId", "authKey", "customerRouterConfig", "ckn", "startOn"),
    *("lagId", "lagState", "connectionState", "virtualInterfaceState", "bgpPeerState"),
    *("bgpStatus", "state", "loaIssueTime"),
}
# Other commands make a virtual interface, or nothing that has an id.
MAKES: Final = {"create-connection": "connectionId", "create-lag": "lagId"}
LEFT_ITS_LAG: Final = (
    "A connection that still exists and has left its LAG goes back with associate-connection-with-lag."
)
ADDRESSES: Final = {"amazonAddress", "customerAddress"}


def comparable(value: Any) -> Any:  # noqa: ANN401 - of any shape
    """Take out what is new each time, and the approval."""
    match value:
        case {"key": "decommission"}:
            return None
        case dict():
            new = ANEW | (ADDRESSES if value.get("addressFamily") == "ipv6" else set())
            return {name: comparable(inner) for name, inner in value.items() if name not in new}
        case list():
            return [kept for inner in value if (kept := comparable(inner)) is not None]
    return value


def described(sandbox: Sandbox, connection_id: str) -> tuple[list[JSON], list[JSON]]:
    """Describe a connection, and the virtual interfaces on it in the order of their VLANs."""
    found = sandbox.client("directconnect").describe_connections(connectionId=connection_id)["connections"]
    return comparable(found), on(sandbox, connection_id)


def on(sandbox: Sandbox, port_id: str) -> list[JSON]:
    client = sandbox.client("directconnect")
    interfaces = client.describe_virtual_interfaces(connectionId=port_id)["virtualInterfaces"]
    there = [one for one in interfaces if one["virtualInterfaceState"] != "deleted"]
    found: list[JSON] = comparable(sorted(there, key=lambda one: one["vlan"]))
    return found


def described_lag(sandbox: Sandbox, lag_id: str) -> tuple[list[JSON], list[JSON]]:
    """Describe a LAG with its connections in the order of their names, and the virtual interfaces on it."""
    (lag,) = sandbox.client("directconnect").describe_lags(lagId=lag_id)["lags"]
    lag["connections"].sort(key=lambda one: one["connectionName"])
    interfaces = [v for port_id in (lag_id, lag["connections"][1]["connectionId"]) for v in on(sandbox, port_id)]
    return comparable([lag]), interfaces


def kit(sandbox: Sandbox) -> dict[str, str]:
    found = {key.partition("/restore/")[2]: body.decode() for key, body in sandbox.record().items()}
    return {name: text for name, text in sorted(found.items()) if name}


def replay(sandbox: Sandbox, files: dict[str, str], new_ids: dict[str, str]) -> None:
    """Make the call of each file, with what is new in the place of what it was, and wait until a new port is up."""
    # The sandbox shows each account a world of its own; one that is another's is confirmed in the world that it is in.
    owner = InProcessClient(sandbox.direct_connect, account_id=OTHER_ACCOUNT)
    for name, text in files.items():
        if name == "README.txt":
            continue
        command, _, old = name.removesuffix(".json")[4:].partition("-dx")
        for known, new in new_ids.items():
            text = text.replace(known, new)  # noqa: PLW2901 - as a person would, file by file
        is_owners = command.startswith("confirm") and command != "confirm-connection"
        client = owner if is_owners else sandbox.client("directconnect")
        answer = getattr(client, command.replace("-", "_"))(**json.loads(text))
        answer = answer.get("virtualInterface", answer)
        made = answer.get(MAKES.get(command, "virtualInterfaceId"))
        new_ids |= {f"dx{old}": made} if made else {}
        if command in {"create-connection", "confirm-connection"}:
            sandbox.direct_connect.connections[new_ids[f"dx{old}"]].state = ConnectionState.AVAILABLE


def enrich(sandbox: Sandbox) -> None:
    """Add to site A what else there may be."""
    direct_connect = sandbox.direct_connect
    connection = direct_connect.connections[world.CONNECTION_ID]
    connection.mac_sec_capable, connection.encryption_mode = True, "must_encrypt"
    connection.mac_sec_keys.append(MacSecKey(secret_arn=SECRET_ARN, ckn="0a", start_on="now"))
    connection.provider_name = "Carrier"
    first, second, *_ = [one for one in direct_connect.virtual_interfaces.values() if one.type != "public"]
    first.mtu, first.rate_limit = 8500, "2Gbps"
    direct_connect.add_bgp_peer(first, asn=4_200_000_001, address_family=AddressFamily.IPV6)
    second.peers.clear()
    direct_connect.add_bgp_peer(second, asn=65_010, address_family=AddressFamily.IPV6)
    gateway_id = next(iter(direct_connect.direct_connect_gateways))
    direct_connect.add_virtual_interface(
        world.CONNECTION_ID, FOREIGN, owner_account=OTHER_ACCOUNT, direct_connect_gateway_id=gateway_id
    )
    world.measure(sandbox, world.CONNECTION_ID, world.QUIET_BPS)


def test_a_dedicated_connection(two_sites: Sandbox) -> None:
    enrich(two_sites)
    before = described(two_sites, world.CONNECTION_ID)

    assert "SUCCEEDED" == two_sites.run(REQUEST | {"overrides": CONSENT})["status"]
    files = kit(two_sites)
    ids: dict[str, str] = {}
    replay(two_sites, files, ids)

    assert before == described(two_sites, ids[world.CONNECTION_ID])
    assert 4 == len(before[1])
    assert (
        "confirm-…-virtual-interface is for the account that the file before it names; what that account set itself is "
        "not kept: SiteLink, prefix pools, and tags that cannot be seen from here."
    ) in files["README.txt"]


def test_a_hosted_connection_once_its_partner_has_made_it(two_sites: Sandbox) -> None:
    direct_connect = two_sites.direct_connect
    connection = direct_connect.connections[world.CONNECTION_ID]
    connection.partner_name, connection.vlan = "ACME", 77
    before = described(two_sites, world.CONNECTION_ID)

    assert "SUCCEEDED" == two_sites.run(REQUEST)["status"]
    files = kit(two_sites)
    new = direct_connect.add_connection(
        name=connection.name, bandwidth="10Gbps", partner_name="ACME", vlan=77, state=ConnectionState.ORDERING
    )
    replay(two_sites, files, {world.CONNECTION_ID: new.id})

    assert before == described(two_sites, new.id)
    assert {"site": "a"} == new.tags
    assert [f"001-confirm-connection-{world.CONNECTION_ID}.json", f"002-tag-resource-{world.CONNECTION_ID}.json"] == [
        *files
    ][:2]
    assert (
        "First, ACME has to make a new hosted connection: 10Gbps at EqFA5, VLAN 77. Only the partner can."
        in files["README.txt"]
    )
    assert "Go on after confirm-connection only once the new port is available or down." in files["README.txt"]


def test_a_member_of_a_lag(two_sites: Sandbox) -> None:
    direct_connect = two_sites.direct_connect
    lag = direct_connect.add_lag(bandwidth="10Gbps")
    direct_connect.add_connection(lag_id=lag.id, bandwidth="10Gbps")
    direct_connect.connections[world.CONNECTION_ID].lag_id = lag.id
    before = described(two_sites, world.CONNECTION_ID)

    assert "SUCCEEDED" == two_sites.run(REQUEST)["status"]
    files = kit(two_sites)
    ids: dict[str, str] = {}
    replay(two_sites, files, ids)

    assert before == described(two_sites, ids[world.CONNECTION_ID])
    assert LEFT_ITS_LAG in files["README.txt"]


def test_a_whole_lag(two_sites: Sandbox) -> None:
    direct_connect = two_sites.direct_connect
    lag = direct_connect.lags[world.LAG_ID]
    lag.mac_sec_capable, lag.encryption_mode, lag.minimum_links = True, "should_encrypt", 2
    lag.billing_mode = "FlatRateTier2"
    lag.mac_sec_keys.append(MacSecKey(secret_arn=SECRET_ARN, ckn="0a", start_on="now"))
    for id_ in world.MEMBER_IDS:
        direct_connect.connections[id_].mac_sec_capable = True
        direct_connect.connections[id_].encryption_mode = "should_encrypt"
    member_id = world.MEMBER_IDS[1]
    direct_connect.add_virtual_interface(member_id, type="public")
    world.measure(two_sites, member_id, world.QUIET_BPS)
    before = described_lag(two_sites, world.LAG_ID)

    assert "SUCCEEDED" == two_sites.run({"lagId": world.LAG_ID})["status"]
    files = kit(two_sites)
    ids: dict[str, str] = {}
    replay(two_sites, files, ids)

    assert before == described_lag(two_sites, ids[world.LAG_ID])
    assert (2, 2) == (len(before[1]), len(before[0][0]["connections"]))
    readme = files["README.txt"]
    assert "A public virtual interface takes time: AWS verifies its prefixes first." in readme
    assert readme.startswith(f"This builds {world.LAG_ID} again, as this run found it. What an earlier run deleted is")
    assert "record. Each new port, with its LOA-CFA and its cross-connect, takes days." in readme
    assert "A call that names a new port has to wait until that port is available or down; others need not." in readme
    assert "Hold back the minimumLinks until as many ports are available: with fewer, the LAG is down." in readme
    assert "If the LAG still exists, its minimum may have been lowered: make that call, too." in readme
    assert LEFT_ITS_LAG in readme
    assert "MACsec" not in readme, "its own key is associated again"


def test_a_lag_without_connections(two_sites: Sandbox) -> None:
    direct_connect = two_sites.direct_connect
    for id_ in world.MEMBER_IDS:
        del direct_connect.connections[id_]
    direct_connect.virtual_interfaces.clear()

    assert "SUCCEEDED" == two_sites.run({"lagId": world.LAG_ID})["status"]
    files = kit(two_sites)

    assert ["README.txt"] == [*files]
    readme = files["README.txt"]
    assert readme.startswith(f"{world.LAG_ID} had no connections when this run began; AWS makes no LAG without one")
    assert "What an earlier run deleted is in restore/ of its own record." in readme


def test_some_virtual_interfaces_of_a_connection_that_stays(two_sites: Sandbox) -> None:
    before = described(two_sites, world.CONNECTION_ID)

    execution = two_sites.run(REQUEST | {"virtualInterfaceIds": [world.VIRTUAL_INTERFACE_ID]})
    assert "SUCCEEDED" == execution["status"]
    files = kit(two_sites)
    replay(two_sites, files, {})

    assert before == described(two_sites, world.CONNECTION_ID)
    assert ["001-create-private-virtual-interface-dxvif-siteavpc.json", "README.txt"] == [*files]
    assert files["README.txt"].startswith(
        "This builds again the virtual interfaces of dxcon-fg5678gh that this run was to delete. What an earlier run"
    )


def test_a_run_that_ends_half_way(two_sites: Sandbox) -> None:
    """What still exists keeps its id, and its files are skipped."""
    direct_connect = two_sites.direct_connect
    before = described(two_sites, world.CONNECTION_ID)
    tags = direct_connect.connections[world.CONNECTION_ID].tags
    direct_connect.faults.add("DeleteConnection", client_error("Not today."))
    direct_connect.before["DeleteConnection"] = lambda _: tags.update({"decommission-protected": ""})

    assert "FAILED" == two_sites.run(REQUEST)["status"]
    del tags["decommission-protected"]
    files = kit(two_sites)
    there = {name: text for name, text in files.items() if not name.endswith(f"{world.CONNECTION_ID}.json")}
    replay(two_sites, there, {})

    assert before == described(two_sites, world.CONNECTION_ID)
    assert "Skip the files of what still exists, and keep its id in the others." in files["README.txt"]


@pytest.mark.parametrize(
    "request_", [REQUEST | {"dryRun": True}, {"connectionId": world.OTHER_CONNECTION_ID}], ids=["dry run", "blocked"]
)
def test_a_run_that_deletes_nothing_needs_none(request_: JSON, two_sites: Sandbox) -> None:
    two_sites.run(request_)

    assert {} == kit(two_sites)


def test_what_a_person_reads(two_sites: Sandbox) -> None:
    two_sites.run(REQUEST)

    first, second, third, last = kit(two_sites)["README.txt"].split("\n")

    assert first == (
        "This builds dxcon-fg5678gh again, as this run found it. What an earlier run deleted is in restore/ of its own "
        "record. The new port, with its LOA-CFA and its cross-connect, takes days. Go on after create-connection only "
        "once the new port is available or down. "
        "A public virtual interface takes time: AWS verifies its prefixes first."
    )
    assert second == (
        "Each file is one call of account 123456789012, in the order of their numbers. "
        "The first: aws directconnect create-connection --region eu-central-1 "
        "--cli-input-json file://001-create-connection-dxcon-fg5678gh.json. "
        "Whatever is new has a new id: put it in the place of the old one in the files that follow. "
        "Skip the files of what still exists, and keep its id in the others."
    )
    assert third.startswith("BGP keys are not kept")
    assert not last


@pytest.mark.parametrize("is_member", [False, True])
def test_a_mac_sec_key_that_aws_managed_is_gone(two_sites: Sandbox, *, is_member: bool) -> None:
    """Unless it is that of a LAG, which stays."""
    direct_connect = two_sites.direct_connect
    connection = direct_connect.connections[world.CONNECTION_ID]
    connection.mac_sec_capable, connection.encryption_mode = True, "must_encrypt"
    connection.mac_sec_keys.append(MacSecKey(secret_arn=MANAGED_ARN, ckn="0a", start_on="now"))
    if is_member:
        connection.lag_id = direct_connect.add_lag(bandwidth="10Gbps").id
        direct_connect.add_connection(lag_id=connection.lag_id, bandwidth="10Gbps")

    assert "SUCCEEDED" == two_sites.run(REQUEST)["status"]

    readme = kit(two_sites)["README.txt"]
    assert is_member is not ("is gone: associate a new one before each encryptionMode." in readme)


def test_without_a_mac_sec_key_none_is_gone(two_sites: Sandbox) -> None:
    two_sites.direct_connect.connections[world.CONNECTION_ID].mac_sec_capable = True

    two_sites.run(REQUEST)

    files = kit(two_sites)
    assert "no_encrypt" in files[f"002-update-connection-{world.CONNECTION_ID}.json"]
    assert "MACsec" not in files["README.txt"]
