"""The inputs of the calls that would create the same again. BGP keys are not among them: they stay in AWS."""

from collections.abc import Mapping

from decommission.models import BgpPeer, Connection, VirtualInterface

type Input = dict[str, object]

# "asn" holds no more (CreatePrivateVirtualInterface); above it, "asnLong" is the one to use.
LARGEST_SHORT_ASN = 2_147_483_647
# CreateConnection does not take the modes of port pairs.
PORT_PAIR = "PortPair"


def connection_inputs(connection: Connection, approval_tag_key: str) -> list[Input]:
    """
    List the calls for a dedicated connection; a hosted one is ordered from its partner.

    The approval tag is left out: a new connection must not be approved for decommission from its first day.
    """
    if connection.partner_name:
        asked: Input = {"bandwidth": connection.bandwidth, "vlan": connection.vlan, "location": connection.location}
        return [_call(f"order it from {connection.partner_name}", asked | {"connectionName": connection.name})]
    mode = connection.billing_mode
    calls = [
        _call(
            "CreateConnection",
            {
                "location": connection.location,
                "bandwidth": connection.bandwidth,
                "connectionName": connection.name,
                "lagId": connection.lag_id,
                "tags": _tags({key: value for key, value in connection.tags.items() if key != approval_tag_key}),
                "providerName": connection.provider_name,
                "requestMACSec": connection.mac_sec_capable,
                "billingMode": None if mode and mode.startswith(PORT_PAIR) else mode,
            },
        )
    ]
    if connection.mac_sec_capable:
        calls.append(
            _call(
                "UpdateConnection",
                {"connectionId": connection.connection_id, "encryptionMode": connection.encryption_mode},
            )
        )
    return calls


def virtual_interface_inputs(v: VirtualInterface, connection: Connection) -> list[Input]:
    """List the calls for a virtual interface; another account's is allocated for it."""
    is_foreign = v.owner_account != connection.owner_account
    kind = v.type.capitalize()
    new: Input = {
        "virtualInterfaceName": v.name,
        "vlan": v.vlan,
        **_asn(v.asn),
        "addressFamily": v.address_family,
        "amazonAddress": v.amazon_address,
        "customerAddress": v.customer_address,
        "tags": _tags(v.tags),
        "rateLimit": v.rate_limit,
    }
    if v.type == "public":
        new["routeFilterPrefixes"] = [{"cidr": cidr} for cidr in v.route_filter_prefixes]
    else:
        new |= {
            "mtu": v.mtu,
            # Allocate… does not take these: the owner chooses them when confirming the interface.
            "directConnectGatewayId": None if is_foreign else v.direct_connect_gateway_id,
            "virtualGatewayId": None if is_foreign or v.type == "transit" else v.virtual_gateway_id,
            "enableSiteLink": None if is_foreign else v.site_link_enabled,
            "prefixPoolAllocatedCountIpv4": None if is_foreign else v.prefix_pool_allocated_count_ipv4,
            "prefixPoolAllocatedCountIpv6": None if is_foreign else v.prefix_pool_allocated_count_ipv6,
        }
    asked: Input = {"connectionId": connection.connection_id}
    if is_foreign:
        asked["ownerAccount"] = v.owner_account
    operation = f"{'Allocate' if is_foreign else 'Create'}{kind}VirtualInterface"
    member = f"new{kind}VirtualInterface{'Allocation' if is_foreign else ''}"
    first = _call(operation, asked | {member: _set(new)})
    return [first, *(_peer(v, peer) for peer in v.bgp_peers if peer.amazon_address != v.amazon_address)]


def _peer(v: VirtualInterface, peer: BgpPeer) -> Input:
    new: Input = {
        **_asn(peer.asn),
        "addressFamily": peer.address_family,
        "amazonAddress": peer.amazon_address,
        "customerAddress": peer.customer_address,
    }
    return _call("CreateBGPPeer", {"virtualInterfaceId": v.virtual_interface_id, "newBGPPeer": _set(new)})


def _call(operation: str, asked: Input) -> Input:
    return {"operation": operation, "input": _set(asked)}


def _set(members: Input) -> Input:
    """Leave out what AWS did not show."""
    return {name: value for name, value in members.items() if value not in (None, [])}


def _asn(asn: int | None) -> Input:
    return {"asn" if asn is None or asn <= LARGEST_SHORT_ASN else "asnLong": asn}


def _tags(tags: Mapping[str, str]) -> list[Input]:
    # AWS reserves this prefix for itself.
    return [{"key": key, "value": value} for key, value in tags.items() if not key.lower().startswith("aws:")]
