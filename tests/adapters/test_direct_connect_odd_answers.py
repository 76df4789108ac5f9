"""An answer that does not fit AWS's model means "busy"; fields that may be absent may also be null."""

import json
import logging
from collections.abc import Callable
from typing import Any, Final, cast

import pytest

from decommission.direct_connect import DirectConnect
from decommission.errors import AwsBusyError
from decommission.models import BgpPeer, Connection, Lag, VirtualInterface
from tests.adapters.conftest import KEY, Raw, RawServer
from tests.support.answers import everything_in
from tests.support.strategies import CONNECTION_ID, LAG_ID

INTERFACE_ID: Final = "dxvif-aaaaaaa1"
INTERFACE: Final = {"virtualInterfaceId": INTERFACE_ID, "connectionId": CONNECTION_ID, "authKey": KEY}
CONNECTION: Final = {"connectionId": CONNECTION_ID}
LAG: Final = {"lagId": LAG_ID, "minimumLinks": 0, "connections": [], "allowsHostedConnections": False}
LOOKS: Final[dict[str, Callable[[DirectConnect], Any]]] = {
    "virtualInterfaces": lambda adapter: adapter.all_virtual_interfaces(),
    "connections": lambda adapter: adapter.all_connections(),
    "lags": lambda adapter: adapter.lags(),
    "interconnects": lambda adapter: adapter.interconnect_ids(),
    "virtualInterfaceTestHistory": lambda adapter: adapter.failover_tests(INTERFACE_ID),
    "directConnectGateways": lambda adapter: adapter.gateway_names(),
    "directConnectGatewayAttachments": lambda adapter: adapter.attachments("6b4f4e3c-1d2a"),
    "routes": lambda adapter: adapter.routes(INTERFACE_ID),
    "items": lambda adapter: adapter.all_resiliency_group_ids(),
}


@pytest.fixture
def adapter(raw_server: RawServer) -> DirectConnect:
    client = raw_server.client("directconnect")
    return DirectConnect(client, lambda: client)


@pytest.mark.parametrize(
    ("key", "described"),
    [
        pytest.param("virtualInterfaces", INTERFACE | {"virtualInterfaceId": None}, id="an interface without an id"),
        pytest.param("virtualInterfaces", INTERFACE | {"virtualInterfaceId": ""}, id="an interface with an empty id"),
        pytest.param("virtualInterfaces", INTERFACE | {"virtualInterfaceId": 5}, id="an id that is a number"),
        pytest.param("virtualInterfaces", INTERFACE | {"virtualInterfaceId": [KEY]}, id="an id that is a list"),
        # Of a LAG or of its member? Nothing is deleted on a guess.
        pytest.param("virtualInterfaces", INTERFACE | {"connectionId": None}, id="an interface of no connection"),
        pytest.param("virtualInterfaces", INTERFACE | {"virtualInterfaceState": {"a": KEY}}, id="a state, an object"),
        pytest.param("virtualInterfaces", INTERFACE | {"virtualInterfaceState": 5}, id="a state that is a number"),
        pytest.param("virtualInterfaces", INTERFACE | {"vlan": KEY}, id="a VLAN that is a text"),
        pytest.param("virtualInterfaces", INTERFACE | {"siteLinkEnabled": KEY}, id="a flag that is a text"),
        pytest.param("virtualInterfaces", INTERFACE | {"tags": {"a": KEY}}, id="tags that are an object"),
        pytest.param("virtualInterfaces", INTERFACE | {"tags": [None]}, id="a tag that is null"),
        pytest.param("virtualInterfaces", INTERFACE | {"tags": [{"value": KEY}]}, id="a tag without a key"),
        pytest.param("virtualInterfaces", INTERFACE | {"bgpPeers": [None]}, id="a peer that is null"),
        pytest.param("virtualInterfaces", INTERFACE | {"bgpPeers": [{"asn": KEY}]}, id="an ASN that is a text"),
        pytest.param("virtualInterfaces", INTERFACE | {"bgpPeers": KEY}, id="peers that are a text"),
        pytest.param("virtualInterfaces", None, id="an interface that is null"),
        pytest.param("virtualInterfaces", [KEY], id="an interface that is a list"),
        pytest.param("virtualInterfaces", KEY, id="an interface that is a text"),
        pytest.param("connections", {"ownerAccount": KEY}, id="a connection without an id"),
        pytest.param("connections", CONNECTION | {"loaIssueTime": KEY}, id="a time that is none"),
        pytest.param("connections", CONNECTION | {"loaIssueTime": 1e300}, id="a time too far away"),
        pytest.param("connections", CONNECTION | {"macSecKeys": [None]}, id="a MACsec key that is null"),
        *(pytest.param("lags", LAG | {name: None}, id=f"a LAG without {name}") for name in LAG),
        pytest.param("lags", LAG | {"minimumLinks": True}, id="a number that is a truth value"),
        pytest.param("lags", LAG | {"connections": [{}]}, id="a LAG with a member without an id"),
        pytest.param("interconnects", {}, id="an interconnect without an id"),
        pytest.param("virtualInterfaceTestHistory", {}, id="a test without an id"),
        pytest.param(
            "virtualInterfaceTestHistory",
            {"testId": "1", "virtualInterfaceId": INTERFACE_ID, "startTime": 1, "testDurationInMinutes": 10**15},
            id="a test without end",
        ),
        pytest.param("directConnectGateways", {"directConnectGatewayName": KEY}, id="a gateway without an id"),
        pytest.param("directConnectGatewayAttachments", {"directConnectGatewayId": "1"}, id="an attachment of nothing"),
        pytest.param("routes", {"routeDirection": "accepted"}, id="a route without a prefix"),
        pytest.param("items", {"resiliencyGroupName": KEY}, id="a group without an id"),
    ],
)
def test_a_field_that_does_not_fit(
    key: str, described: object, adapter: DirectConnect, raw_server: RawServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw_server.answer = Raw(json.dumps({key: [described]}))

    with pytest.raises(AwsBusyError, match="directconnect:") as raised:
        LOOKS[key](adapter)
    assert raised.value.__context__ is None
    for told in (everything_in(raised.value), caplog.text):
        assert KEY not in told


def test_the_error_names_the_field(adapter: DirectConnect, raw_server: RawServer) -> None:
    raw_server.answer = Raw(json.dumps({"virtualInterfaces": [{"virtualInterfaceId": INTERFACE_ID}]}))

    expected = "directconnect:DescribeVirtualInterfaces answered what does not fit AWS's model: connectionId is missing"
    with pytest.raises(AwsBusyError, match=f"^{expected}$"):
        adapter.all_virtual_interfaces()


def shown(adapter: DirectConnect, raw_server: RawServer, key: str, described: dict[str, Any]) -> object:
    raw_server.answer = Raw(json.dumps({key: [described]}))
    (found,) = LOOKS[key](adapter)
    return cast("object", found)


NULLS: Final = dict.fromkeys(
    (
        *("tags", "macSecKeys", "connections", "bgpPeers", "routeFilterPrefixes"),
        *("connectionState", "virtualInterfaceState", "lagState", "virtualInterfaceType"),
        *("ownerAccount", "vlan", "mtu", "siteLinkEnabled", "rateLimit", "partnerName", "awsDeviceV2"),
    )
)


@pytest.mark.parametrize("absent", [{}, NULLS], ids=["absent", "null"])
def test_optional_fields(absent: dict[str, None], adapter: DirectConnect, raw_server: RawServer) -> None:
    assert Connection(connection_id=CONNECTION_ID, state="unknown", owner_account="") == shown(
        adapter, raw_server, "connections", CONNECTION | absent
    )
    assert VirtualInterface(
        virtual_interface_id=INTERFACE_ID,
        state="unknown",
        type="unknown",
        owner_account="",
        connection_id=CONNECTION_ID,
    ) == shown(adapter, raw_server, "virtualInterfaces", INTERFACE | absent)
    assert Lag(lag_id=LAG_ID, state="unknown", minimum_links=0, members=()) == shown(
        adapter, raw_server, "lags", LAG | {name: value for name, value in absent.items() if name not in LAG}
    )


def test_optional_fields_inside_of_fields(adapter: DirectConnect, raw_server: RawServer) -> None:
    described = INTERFACE | {"bgpPeers": [{"authKey": KEY}], "routeFilterPrefixes": [{}], "tags": [{"key": "a"}]}

    found = shown(adapter, raw_server, "virtualInterfaces", described)

    assert isinstance(found, VirtualInterface)
    assert (BgpPeer(asn=None, address_family=None, amazon_address=None, customer_address=None),) == found.bgp_peers
    assert ((), {"a": ""}) == (found.route_filter_prefixes, found.tags)


def test_an_association_without_a_connection(adapter: DirectConnect, raw_server: RawServer) -> None:
    raw_server.answer = Raw('{"items": [{"state": "associated"}]}')

    with pytest.raises(AwsBusyError, match=r"ListResiliencyGroupAssociations answered .* connectionArn is missing"):
        adapter.ids_in_resiliency_group("dxrg-aaaaaaaaaaaaaaaa1")


def test_half_of_a_pair_of_surrogates_can_be_written_down(adapter: DirectConnect, raw_server: RawServer) -> None:
    found = shown(adapter, raw_server, "connections", CONNECTION | {"connectionName": "site \ud800"})

    assert isinstance(found, Connection)
    assert "site ?" == found.name


def test_the_older_field_for_the_device(adapter: DirectConnect, raw_server: RawServer) -> None:
    found = shown(adapter, raw_server, "connections", CONNECTION | {"awsDevice": "EqFA5-old"})

    assert isinstance(found, Connection)
    assert "EqFA5-old" == found.aws_device


@pytest.mark.parametrize("body", ["{}", '{"loaContent": null}', '{"loaContent": ""}', '{"loaContent": "x"}'])
def test_an_loa_without_content(body: str, adapter: DirectConnect, raw_server: RawServer) -> None:
    raw_server.answer = Raw(body)

    with pytest.raises(AwsBusyError, match="directconnect:DescribeLoa"):
        adapter.loa(CONNECTION_ID)
