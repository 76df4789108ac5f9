"""What the adapter shows of a connection and its virtual interfaces: the wanted fields, and no secret."""

import logging
from typing import TYPE_CHECKING, Final

import pytest

from decommission.direct_connect import DirectConnect
from decommission.models import BgpPeer, Connection, Observation, VirtualInterface
from sandbox.directconnect import SECRET_WORD, DirectConnectBackend
from sandbox.directconnect.resources.bgp_peers import BgpPeer as SandboxPeer
from sandbox.directconnect.resources.mac_sec import MacSecKey
from tests.support.strategies import ACCOUNT, CONNECTION_ID

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

OTHER_ACCOUNT: Final = "210987654321"


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
    shown.mac_sec_capable, shown.encryption_mode = True, "should_encrypt"
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
    first = world.virtual_interfaces["dxvif-aaaaaaa1"]
    first.site_link_enabled, first.rate_limit = True, "500Mbps"
    first.prefix_pool_allocated_count_ipv4, first.prefix_pool_allocated_count_ipv6 = 10, 20

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
            mac_sec_capable=True,
            encryption_mode="should_encrypt",
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
                amazon_side_asn=64512,
                amazon_address=addresses[0].amazon_address,
                customer_address=addresses[0].customer_address,
                address_family="ipv4",
                bgp_peers=(without_key(addresses[0]),),
                mtu=9001,
                site_link_enabled=True,
                rate_limit="500Mbps",
                prefix_pool_allocated_count_ipv4=10,
                prefix_pool_allocated_count_ipv6=20,
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
                amazon_side_asn=64512,
                amazon_address=addresses[1].amazon_address,
                customer_address=addresses[1].customer_address,
                address_family="ipv4",
                bgp_peers=(without_key(addresses[1]),),
                mtu=1500,
                site_link_enabled=False,
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
                amazon_side_asn=7224,
                amazon_address=addresses[2].amazon_address,
                customer_address=addresses[2].customer_address,
                address_family="ipv4",
                bgp_peers=(without_key(addresses[2]),),
                mtu=1500,
                site_link_enabled=False,
                route_filter_prefixes=("203.0.113.0/24",),
            ),
        ),
    )
    assert SECRET_WORD not in repr(observation)


def test_no_log_shows_what_botocore_received(
    direct_connect_client: "DirectConnectClient",
    world: DirectConnectBackend,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.add_connection(CONNECTION_ID)
    world.add_virtual_interface(CONNECTION_ID)
    adapter = DirectConnect(direct_connect_client, lambda: direct_connect_client)
    for name in (None, "botocore", "botocore.parsers"):
        caplog.set_level(logging.DEBUG, logger=name)
        adapter.observe(CONNECTION_ID)
        assert SECRET_WORD not in caplog.text

    # It would, were botocore not held back.
    monkeypatch.setattr(logging.getLogger("botocore.parsers"), "filters", [])
    adapter.observe(CONNECTION_ID)
    assert SECRET_WORD in caplog.text
