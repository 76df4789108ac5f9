"""What the adapter returns about a connection and its interfaces: the needed fields, and no secret."""

import logging
from typing import TYPE_CHECKING, Any, Final

import pytest

from decommission.direct_connect import DirectConnect
from decommission.models import BgpPeer, Connection, VirtualInterface
from sandbox.directconnect import SECRET_WORD, DirectConnectBackend
from sandbox.directconnect.resources.mac_sec import MacSecKey
from tests.support.strategies import ACCOUNT, CONNECTION_ID

if TYPE_CHECKING:
    from mypy_boto3_directconnect import DirectConnectClient

OTHER_ACCOUNT: Final = "210987654321"
FIRST, SECOND, THIRD = (f"dxvif-aaaaaaa{number}" for number in (1, 2, 3))
BIG_ASN: Final = 4_200_000_000


def add_everything(world: DirectConnectBackend) -> None:
    """Add a connection with every field set, three interfaces on it, and one on another connection."""
    one = world.add_connection(
        CONNECTION_ID, state="down", name="site-a", partner_name="ACME", vlan=100, tags={"decommission": "approved"}
    )
    one.provider_name = "Fibre & Co"
    one.mac_sec_capable, one.encryption_mode = True, "should_encrypt"
    one.mac_sec_keys.append(MacSecKey(secret_arn="arn:aws:secretsmanager:…", ckn="0a", start_on="now"))
    world.add_direct_connect_gateway()
    first = world.add_virtual_interface(CONNECTION_ID, FIRST, name="vpc", vlan=101, mtu=9001, tags={"site": "a"})
    first.site_link_enabled, first.rate_limit = True, "500Mbps"
    first.prefix_pool_allocated_count_ipv4, first.prefix_pool_allocated_count_ipv6 = 10, 20
    world.add_virtual_interface(CONNECTION_ID, SECOND, vlan=102, virtual_gateway_id="vgw-1", state="testing")
    world.add_virtual_interface(
        CONNECTION_ID, THIRD, vlan=103, type="public", owner_account=OTHER_ACCOUNT, state="approving", asn=BIG_ASN
    )
    world.add_virtual_interface(world.add_connection().id)


def expected_interface(world: DirectConnectBackend, id_: str, **fields: Any) -> VirtualInterface:  # noqa: ANN401 - of any field
    """Describe an interface of the sandbox, with these fields besides those that all have."""
    one = world.virtual_interfaces[id_]
    (peer,) = one.peers
    peers = {"amazon_address": peer.amazon_address, "customer_address": peer.customer_address, "address_family": "ipv4"}
    own: dict[str, Any] = {
        "state": "available",
        "type": "private",
        "owner_account": ACCOUNT,
        "name": one.name,
        "asn": peer.asn,
        "amazon_side_asn": 64512,
        "mtu": 1500,
        "site_link_enabled": False,
        "bgp_peers": (BgpPeer(asn=peer.asn, **peers),),
    }
    return VirtualInterface(virtual_interface_id=id_, connection_id=CONNECTION_ID, **own | peers | fields)


def test_an_observation_has_the_needed_fields_and_no_secret(
    adapter: DirectConnect, world: DirectConnectBackend
) -> None:
    add_everything(world)
    (gateway,) = world.direct_connect_gateways

    observation = adapter.observe(CONNECTION_ID)

    assert "eu-central-1" == observation.region
    assert observation.port == Connection(
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
    )
    pool = {"prefix_pool_allocated_count_ipv4": 10, "prefix_pool_allocated_count_ipv6": 20}
    vpc = pool | {"mtu": 9001, "site_link_enabled": True, "rate_limit": "500Mbps", "tags": {"site": "a"}}
    foreign = {"type": "public", "owner_account": OTHER_ACCOUNT, "state": "approving", "amazon_side_asn": 7224}
    assert observation.virtual_interfaces == (
        expected_interface(world, FIRST, vlan=101, direct_connect_gateway_id=gateway, **vpc),
        expected_interface(world, SECOND, vlan=102, virtual_gateway_id="vgw-1", state="testing"),
        expected_interface(world, THIRD, vlan=103, route_filter_prefixes=("203.0.113.0/24",), **foreign),
    )
    assert SECRET_WORD not in repr(observation)


def test_no_log_has_what_botocore_received(
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

    # Without our filter it would.
    monkeypatch.setattr(logging.getLogger("botocore.parsers"), "filters", [])
    adapter.observe(CONNECTION_ID)
    assert SECRET_WORD in caplog.text
