"""The plan in the record: with it a person can order the same connection again, and learns no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from sandbox.directconnect import SECRET_WORD, Behaviour, ManualClock
from tests.driver import APPROVED, REQUEST, Neighbours, new_step, new_world, take
from tests.strategies import ACCOUNT, CONNECTION_ID, LAG_ID

if TYPE_CHECKING:
    from decommission.contract import JSON
    from sandbox.directconnect import DirectConnectBackend

INTERFACE_IDS: Final = ["dxvif-aaaaaaa0", "dxvif-aaaaaaa1"]
FOLDER: Final = f"{CONNECTION_ID}/2026-01-05T12-00-00.000000Z"
SECRETS: Final = (SECRET_WORD, "authKey", "customerRouterConfig", "bgp_auth_key")


@pytest.fixture
def around() -> Neighbours:
    return Neighbours()


@pytest.fixture
def world() -> DirectConnectBackend:
    return new_world(ManualClock(), "private", "public")


def plan(world: DirectConnectBackend, around: Neighbours) -> JSON:
    take(new_step(world, neighbours=around), REQUEST | {"dryRun": True})
    written = around.s3.objects[f"{FOLDER}/plan.json"].decode()
    assert [] == [secret for secret in SECRETS if secret in written]
    document: JSON = json.loads(written)
    return document


def test_it_holds_what_an_order_needs(world: DirectConnectBackend, around: Neighbours) -> None:
    connection = world.connections[CONNECTION_ID]
    connection.bandwidth, connection.provider_name = "10Gbps", "Fibre & Co"

    found = plan(world, around)

    assert ("eu-central-1", ACCOUNT) == (found["region"], found["account"])
    assert found["connection"] == {
        "connectionId": CONNECTION_ID,
        "state": "available",
        "ownerAccount": ACCOUNT,
        "lagId": None,
        "name": "connection",
        "location": "EqFA5",
        "bandwidth": "10Gbps",
        "vlan": None,
        "partnerName": None,
        "providerName": "Fibre & Co",
        "awsDevice": "EqFA5-1bwfvazist2k0",
        "billingMode": "PayAsYouGo",
        "macSecSecretArns": [],
        "tags": APPROVED,
    }


def test_it_holds_what_each_interface_needs(world: DirectConnectBackend, around: Neighbours) -> None:
    gateway = world.add_direct_connect_gateway(name="core").id
    private, public = (world.virtual_interfaces[id_] for id_ in INTERFACE_IDS)
    private.direct_connect_gateway_id, private.mtu = gateway, 9001
    public.peers[0].asn = 4_200_000_001
    private.peers.append(replace(private.peers[0], address_family="ipv6", customer_address="2001:db8::1"))

    found = plan(world, around)

    assert {gateway: "core"} == found["gatewayNames"]
    assert found["virtualInterfaces"] == [
        {
            "virtualInterfaceId": one.id,
            "state": "available",
            "type": type_,
            "ownerAccount": ACCOUNT,
            "connectionId": CONNECTION_ID,
            "vlan": one.vlan,
            "directConnectGatewayId": gateway_id,
            "virtualGatewayId": None,
            "name": one.name,
            "asn": asn,
            "amazonAddress": one.peers[0].amazon_address,
            "customerAddress": one.peers[0].customer_address,
            "addressFamily": "ipv4",
            "bgpPeers": [
                {
                    "asn": peer.asn,
                    "addressFamily": peer.address_family,
                    "amazonAddress": peer.amazon_address,
                    "customerAddress": peer.customer_address,
                }
                for peer in one.peers
            ],
            "mtu": mtu,
            "routeFilterPrefixes": prefixes,
            "tags": {},
        }
        for one, type_, gateway_id, asn, mtu, prefixes in (
            (private, "private", gateway, 65000, 9001, []),
            (public, "public", None, 4_200_000_001, 1500, ["203.0.113.0/24"]),
        )
    ]


def test_it_names_the_lag(world: DirectConnectBackend, around: Neighbours) -> None:
    world.add_lag(LAG_ID, minimum_links=2)
    world.connections[CONNECTION_ID].lag_id = LAG_ID
    world.add_virtual_interface(LAG_ID)

    found = plan(world, around)

    assert {"lagId": LAG_ID, "minimumLinks": 2} == found["lag"]
    assert LAG_ID == found["plan"]["lagId"]
    assert INTERFACE_IDS == [v["virtualInterfaceId"] for v in found["virtualInterfaces"]], "what is the LAG's stays"


@pytest.mark.parametrize(
    ("partner", "answers", "expected"),
    [(None, False, True), ("ACME", True, True), ("ACME", False, False)],
    ids=["dedicated", "hosted with one", "hosted without"],
)
def test_it_says_whether_there_is_a_letter(
    partner: str | None,
    answers: bool,  # noqa: FBT001  # a column of the table
    expected: bool,  # noqa: FBT001  # a column of the table
    world: DirectConnectBackend,
    around: Neighbours,
) -> None:
    world.behaviour = Behaviour(loa_for_hosted_connections=answers)
    world.connections[CONNECTION_ID].partner_name = partner

    found = plan(world, around)

    assert expected == (f"{FOLDER}/loa.pdf" in around.s3.objects) == (found["loa"] == "loa.pdf")
    assert expected or "no LOA-CFA" in found["loa"]
