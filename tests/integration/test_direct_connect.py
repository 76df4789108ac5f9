"""The adapter speaks the API: what it shows of the world, and page by page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from decommission.direct_connect import DirectConnect
from decommission.errors import DirectConnectBusyError
from decommission.models import BgpPeer, Connection, Observation, VirtualInterface
from sandbox.directconnect import (
    SECRET_WORD,
    THROTTLED,
    Behaviour,
    DirectConnectBackend,
    InProcessClient,
    client_error,
)
from sandbox.directconnect.mac_sec import MacSecKey
from tests.strategies import ACCOUNT, CONNECTION_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_directconnect import DirectConnectClient

    from sandbox.directconnect.virtual_interfaces import BgpPeer as SandboxPeer

OTHER_ACCOUNT: Final = "210987654321"


@pytest.fixture
def world(direct_connect_backend: DirectConnectBackend) -> DirectConnectBackend:
    return direct_connect_backend


@pytest.fixture
def adapter(either_client: DirectConnectClient) -> DirectConnect:
    return DirectConnect(either_client)


def ids(observation: Observation) -> list[str]:
    return [v.virtual_interface_id for v in observation.virtual_interfaces]


def without_key(peer: SandboxPeer) -> BgpPeer:
    return BgpPeer(
        asn=peer.asn,
        address_family=peer.address_family,
        amazon_address=peer.amazon_address,
        customer_address=peer.customer_address,
    )


def test_it_shows_what_is_wanted_and_nothing_else(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    shown = world.add_connection(
        CONNECTION_ID, state="down", name="site-a", partner_name="ACME", vlan=100, tags={"decommission": "approved"}
    )
    shown.provider_name = "Fibre & Co"
    shown.mac_sec_keys.append(MacSecKey(secret_arn="arn:aws:secretsmanager:…", ckn="0a", start_on="now"))
    gateway = world.add_direct_connect_gateway()
    world.add_virtual_interface(CONNECTION_ID, "dxvif-aaaaaaa1", name="vpc", vlan=101, mtu=9001, tags={"site": "a"})
    world.add_virtual_interface(CONNECTION_ID, "dxvif-aaaaaaa2", vlan=102, virtual_gateway_id="vgw-1", state="testing")
    world.add_virtual_interface(
        CONNECTION_ID,
        "dxvif-aaaaaaa3",
        vlan=103,
        type="public",
        owner_account=OTHER_ACCOUNT,
        state="approving",
        asn=4_200_000_000,
    )
    world.add_virtual_interface(world.add_connection().id)

    observation = adapter.observe(CONNECTION_ID)

    addresses = [world.virtual_interfaces[f"dxvif-aaaaaaa{number}"].peers[0] for number in (1, 2, 3)]
    assert observation == Observation(
        region="eu-central-1",
        connection=Connection(
            connection_id=CONNECTION_ID,
            state="down",
            owner_account=ACCOUNT,
            name="site-a",
            location="EqFA5",
            bandwidth="1Gbps",
            vlan=100,
            partner_name="ACME",
            provider_name="Fibre & Co",
            aws_device="EqFA5-1bwfvazist2k0",
            billing_mode="PayAsYouGo",
            mac_sec_secret_arns=("arn:aws:secretsmanager:…",),
            tags={"decommission": "approved"},
        ),
        virtual_interfaces=(
            VirtualInterface(
                virtual_interface_id="dxvif-aaaaaaa1",
                state="available",
                type="private",
                owner_account=ACCOUNT,
                connection_id=CONNECTION_ID,
                vlan=101,
                direct_connect_gateway_id=gateway.id,
                name="vpc",
                asn=65000,
                amazon_address=addresses[0].amazon_address,
                customer_address=addresses[0].customer_address,
                address_family="ipv4",
                bgp_peers=(without_key(addresses[0]),),
                mtu=9001,
                tags={"site": "a"},
            ),
            VirtualInterface(
                virtual_interface_id="dxvif-aaaaaaa2",
                state="testing",
                type="private",
                owner_account=ACCOUNT,
                connection_id=CONNECTION_ID,
                vlan=102,
                virtual_gateway_id="vgw-1",
                name=world.virtual_interfaces["dxvif-aaaaaaa2"].name,
                asn=65000,
                amazon_address=addresses[1].amazon_address,
                customer_address=addresses[1].customer_address,
                address_family="ipv4",
                bgp_peers=(without_key(addresses[1]),),
                mtu=1500,
            ),
            VirtualInterface(
                virtual_interface_id="dxvif-aaaaaaa3",
                state="approving",
                type="public",
                owner_account=OTHER_ACCOUNT,
                connection_id=CONNECTION_ID,
                vlan=103,
                name=world.virtual_interfaces["dxvif-aaaaaaa3"].name,
                asn=4_200_000_000,
                amazon_address=addresses[2].amazon_address,
                customer_address=addresses[2].customer_address,
                address_family="ipv4",
                bgp_peers=(without_key(addresses[2]),),
                mtu=1500,
                route_filter_prefixes=("203.0.113.0/24",),
            ),
        ),
    )
    assert SECRET_WORD not in repr(observation)


def test_no_log_shows_what_botocore_received(
    direct_connect_client: DirectConnectClient,
    world: DirectConnectBackend,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.add_connection(CONNECTION_ID)
    world.add_virtual_interface(CONNECTION_ID)
    for name in (None, "botocore", "botocore.parsers"):
        caplog.set_level(logging.DEBUG, logger=name)
        DirectConnect(direct_connect_client).observe(CONNECTION_ID)
        assert SECRET_WORD not in caplog.text

    # It would, were botocore not held back.
    monkeypatch.setattr(logging.getLogger("botocore.parsers"), "filters", [])
    DirectConnect(direct_connect_client).observe(CONNECTION_ID)
    assert SECRET_WORD in caplog.text


@pytest.mark.parametrize("page_size", [1, 7, 15, 16])
def test_no_page_is_left_out(page_size: int, adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(page_size=page_size)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID).id for _ in range(15)]

    assert expected == ids(adapter.observe(CONNECTION_ID))


@pytest.mark.parametrize("page_size", [1, 7])
def test_the_list_of_all_connections_has_pages_too(
    page_size: int, adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(page_size=page_size)
    for _ in range(9):
        world.add_connection()
    world.add_connection(CONNECTION_ID)
    world.faults.add("DescribeConnections", client_error("Come again?"))

    assert adapter.observe(CONNECTION_ID).connection is not None


@pytest.mark.parametrize("operation", ["DescribeConnections", "DescribeVirtualInterfaces"])
def test_pages_that_go_round_in_a_circle_are_given_up(operation: str, world: DirectConnectBackend) -> None:
    class Circle(InProcessClient):
        def describe_connections(self, **parameters: object) -> dict[str, Any]:
            return self._page("DescribeConnections", "connections", parameters)

        def describe_virtual_interfaces(self, **parameters: object) -> dict[str, Any]:
            return self._page("DescribeVirtualInterfaces", "virtualInterfaces", parameters)

        @staticmethod
        def _page(asked: str, key: str, parameters: Mapping[str, object]) -> dict[str, Any]:
            following = {"b": "a", "a": "b", None: "a"}[cast("str | None", parameters.get("nextToken"))]
            return {key: []} | ({"nextToken": following} if asked == operation else {})

    with pytest.raises(DirectConnectBusyError, match="the same page token twice"):
        DirectConnect(cast("DirectConnectClient", Circle(world))).observe(CONNECTION_ID)


def test_a_page_that_fails_in_the_middle_leaves_no_part_of_an_answer(
    adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    world.behaviour = Behaviour(page_size=1)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID).id for _ in range(3)]
    faults = [THROTTLED, client_error("The nextToken is not valid.")]

    def fail_in_the_middle(parameters: Mapping[str, Any]) -> None:
        if faults and "nextToken" in parameters:
            world.faults.add("DescribeVirtualInterfaces", faults.pop(0))

    world.before["DescribeVirtualInterfaces"] = fail_in_the_middle

    with pytest.raises(DirectConnectBusyError):
        adapter.observe(CONNECTION_ID)
    assert expected == ids(adapter.observe(CONNECTION_ID)), "a refused page: asked again, without the filter"


def test_what_is_built_between_two_pages_is_seen(adapter: DirectConnect, world: DirectConnectBackend) -> None:
    world.behaviour = Behaviour(page_size=1)
    world.add_connection(CONNECTION_ID)
    expected = [world.add_virtual_interface(CONNECTION_ID).id for _ in range(2)]

    def build(parameters: Mapping[str, Any]) -> None:
        if "nextToken" in parameters and len(expected) < 4:
            expected.append(world.add_virtual_interface(CONNECTION_ID).id)

    world.before["DescribeVirtualInterfaces"] = build

    assert expected == ids(adapter.observe(CONNECTION_ID))
    assert len(expected) == 4
