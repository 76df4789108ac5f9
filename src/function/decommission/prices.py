"""
What a port costs: an estimate for the report, in USD.

Port-hours outside Japan, by AWS's price page as two others transcribed it in September 2026:
https://aws.amazon.com/directconnect/pricing/
"""

import re

from decommission.models import Connection, ConnectionState

HOURS_IN_A_MONTH = 730
# Japan has other prices, and so may China, GovCloud and others that are partitions of their own: these are not known.
JAPAN = ("ap-northeast-1", "ap-northeast-3")
COMMERCIAL = re.compile(r"(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-[0-9]+")

# Whether AWS bills a port before it was ever up is not known.
NOT_BILLED_YET = frozenset({ConnectionState.ORDERING, ConnectionState.REQUESTED, ConnectionState.PENDING})

DEDICATED = {"1Gbps": 0.30, "10Gbps": 2.25, "100Gbps": 22.50, "400Gbps": 85.00}
HOSTED = {
    "50Mbps": 0.03,
    "100Mbps": 0.06,
    "200Mbps": 0.08,
    "300Mbps": 0.12,
    "400Mbps": 0.16,
    "500Mbps": 0.20,
    "1Gbps": 0.33,
    "2Gbps": 0.66,
    "5Gbps": 1.65,
    "10Gbps": 2.48,
    "25Gbps": 6.20,
}


def has_known_prices(region: str) -> bool:
    return region not in JAPAN and COMMERCIAL.fullmatch(region) is not None


def monthly_saving(connection: Connection, region: str) -> float | None:
    """
    Estimate what its deletion saves in a month, in USD; None where that is not known.

    A port of a pair on flat-rate billing saves nothing, and what a flat rate is for one port is not public.
    """
    mode = connection.billing_mode or "PayAsYouGo"
    if mode.startswith("PortPair"):
        return 0.0
    # A hosted connection is bought from a partner, whose price comes on top of AWS's.
    rate = (HOSTED if connection.partner_name else DEDICATED).get(connection.bandwidth or "")
    if mode != "PayAsYouGo" or rate is None or not has_known_prices(region) or connection.state in NOT_BILLED_YET:
        return None
    return round(rate * HOURS_IN_A_MONTH, 2)
