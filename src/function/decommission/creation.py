"""The calls that would create the same again, in order. BGP keys are not among their inputs: they stay in AWS."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from decommission.models import BgpPeer, Connection, Lag, Port, VirtualInterface, is_managed_by_direct_connect
from decommission.settings import folded

type Input = dict[str, object]
type Creation = dict[str, object]
"""The ``operation``, the ``resourceId`` of what it would create again or change, and the ``input``."""

# "asn" holds no more (CreatePrivateVirtualInterface); above it, "asnLong" is the one to use.
LARGEST_SHORT_ASN = 2_147_483_647
# CreateConnection and CreateLag do not take the modes of port pairs.
PORT_PAIR = "PortPair"
TRANSIT = "transit"
PUBLIC = "public"
IPV6 = "ipv6"


def of_port(port: Port, connections: Iterable[Connection], approval_tag_key: str, arns: str) -> Iterator[Creation]:
    """
    List the calls for a connection, or for a LAG and its connections; a LAG begins with its first one.

    Only its partner can make a hosted connection, so its owner confirms and tags a new one; ``arns`` is how ARNs begin,
    up to the region. There is no call for a LAG without connections, because AWS makes none. The approval tag is left
    out: what is new must not be approved for decommission from its first day.
    """
    if isinstance(port, Connection):
        if port.partner_name:
            yield from _of_hosted(port, approval_tag_key, arns)
        else:
            yield from (_new_connection(port, approval_tag_key), *_of_mac_sec(port))
        return
    for number, connection in enumerate(connections):
        if number:
            yield _new_connection(connection, approval_tag_key)
        else:
            alone = replace(connection, lag_id=None)
            yield from (_new_connection(alone, approval_tag_key), *_of_lag(port, alone, approval_tag_key))
        # The LAG has its keys by now, without which a connection that must encrypt is down.
        yield from _of_mac_sec(connection)
    if port.minimum_links and port.members:
        # Before it has so many links, it would be down.
        yield _call("UpdateLag", port.lag_id, {"lagId": port.lag_id, "minimumLinks": port.minimum_links})


def _of_lag(lag: Lag, first: Connection, approval_tag_key: str) -> Iterator[Creation]:
    new: Input = {
        "numberOfConnections": 1,
        "location": lag.location,
        "connectionsBandwidth": lag.bandwidth,
        "lagName": lag.name,
        "connectionId": first.connection_id,
        "tags": _tags(lag.tags, approval_tag_key),
        "providerName": lag.provider_name,
        "requestMACSec": lag.mac_sec_capable,
        "billingMode": _billing_mode(lag),
    }
    yield _call("CreateLag", lag.lag_id, new)
    yield from _of_mac_sec(lag)


def _billing_mode(port: Port) -> str | None:
    mode = port.billing_mode
    return None if mode and mode.startswith(PORT_PAIR) else mode


def _of_mac_sec(port: Port) -> Iterator[Creation]:
    if not port.mac_sec_capable:
        return
    # The keys of a LAG are those of all its members.
    is_member = isinstance(port, Connection) and port.lag_id is not None
    for arn in () if is_member else port.mac_sec_secret_arns:
        if not is_managed_by_direct_connect(arn):
            yield _call("AssociateMacSecKey", port.id, {"connectionId": port.id, "secretARN": arn})
    if isinstance(port, Lag):
        yield _call("UpdateLag", port.id, {"lagId": port.id, "encryptionMode": port.encryption_mode})
    else:
        yield _call("UpdateConnection", port.id, {"connectionId": port.id, "encryptionMode": port.encryption_mode})


def _of_hosted(connection: Connection, approval_tag_key: str, arns: str) -> Iterator[Creation]:
    id_ = connection.connection_id
    yield _call("ConfirmConnection", id_, {"connectionId": id_})
    if tags := _tags(connection.tags, approval_tag_key):
        arn = f"{arns}:{connection.owner_account}:dxcon/{id_}"
        yield _call("TagResource", id_, {"resourceArn": arn, "tags": tags})


def _new_connection(connection: Connection, approval_tag_key: str) -> Creation:
    new: Input = {
        "location": connection.location,
        "bandwidth": connection.bandwidth,
        "connectionName": connection.name,
        "lagId": connection.lag_id,
        "tags": _tags(connection.tags, approval_tag_key),
        "providerName": connection.provider_name,
        "requestMACSec": connection.mac_sec_capable,
        "billingMode": _billing_mode(connection),
    }
    return _call("CreateConnection", connection.connection_id, new)


def of_virtual_interface(v: VirtualInterface, owner_account: str, approval_tag_key: str) -> Iterator[Creation]:
    """
    List the calls for a virtual interface; another account's than the port's is allocated for it, and confirmed by it.

    There is none for one whose owner or type AWS does not show; such a one is not deleted either.
    """
    if not v.is_described:
        return
    is_foreign = v.owner_account != owner_account
    kind = v.type.capitalize()
    new: Input = {
        "virtualInterfaceName": v.name,
        "vlan": v.vlan,
        **_asn(v.asn),
        **_addresses(v),
        "tags": _tags(v.tags, approval_tag_key),
        "rateLimit": v.rate_limit,
    }
    gateways: Input = {
        "directConnectGatewayId": v.direct_connect_gateway_id,
        "virtualGatewayId": None if v.type == TRANSIT else v.virtual_gateway_id,
    }
    if v.type == PUBLIC:
        new["routeFilterPrefixes"] = [{"cidr": cidr} for cidr in v.route_filter_prefixes]
    else:
        new["mtu"] = v.mtu
    if v.type != PUBLIC and not is_foreign:
        new |= gateways | {
            "enableSiteLink": v.site_link_enabled,
            "prefixPoolAllocatedCountIpv4": v.prefix_pool_allocated_count_ipv4,
            "prefixPoolAllocatedCountIpv6": v.prefix_pool_allocated_count_ipv6,
        }
    id_ = v.virtual_interface_id
    asked: Input = {"connectionId": v.connection_id}
    if is_foreign:
        asked["ownerAccount"] = v.owner_account
    member = f"new{kind}VirtualInterface{'Allocation' if is_foreign else ''}"
    yield _call(f"{'Allocate' if is_foreign else 'Create'}{kind}VirtualInterface", id_, asked | {member: _set(new)})
    if is_foreign:
        chosen = {} if v.type == PUBLIC else gateways
        yield _call(f"Confirm{kind}VirtualInterface", id_, {"virtualInterfaceId": id_, **chosen})
    for peer in v.bgp_peers:
        if peer.amazon_address != v.amazon_address:
            yield _call("CreateBGPPeer", id_, {"virtualInterfaceId": id_, "newBGPPeer": _peer(peer)})


def _peer(peer: BgpPeer) -> Input:
    return _set(
        {
            **_asn(peer.asn),
            **_addresses(peer),
        }
    )


def _addresses(of: VirtualInterface | BgpPeer) -> Input:
    """Leave those of IPv6 out: AWS chooses them, and refuses others (CreateBGPPeer)."""
    if of.address_family == IPV6:
        return {"addressFamily": IPV6}
    return {
        "addressFamily": of.address_family,
        "amazonAddress": of.amazon_address,
        "customerAddress": of.customer_address,
    }


def _call(operation: str, resource_id: str, asked: Input) -> Creation:
    return {"operation": operation, "resourceId": resource_id, "input": _set(asked)}


def _set(members: Input) -> Input:
    """Leave out what AWS did not show."""
    return {name: value for name, value in members.items() if value not in (None, [])}


def _asn(asn: int | None) -> Input:
    return {"asn" if asn is None or asn <= LARGEST_SHORT_ASN else "asnLong": asn}


def _tags(tags: Mapping[str, str], approval_tag_key: str) -> list[Input]:
    # AWS reserves this prefix for itself.
    kept = {key: value for key, value in tags.items() if not key.lower().startswith("aws:")}
    return [{"key": k, "value": value} for k, value in kept.items() if folded(k) != folded(approval_tag_key)]
