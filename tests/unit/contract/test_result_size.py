"""The largest result stays well below 256 KiB, which is the most that Step Functions passes on."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

from decommission import decision
from decommission.contract import StepOutcome, read, write
from decommission.guards import OVERRIDABLE, judge
from decommission.guards.tags import STACK_TAG, essential
from decommission.models import Connection, FailoverTest, Surroundings, Traffic, VirtualInterface
from decommission.run import Action, Call, CallOutcome, Outcome, Override, Phase, Rehearsal, Request, Run, Trigger
from decommission.schemas import MOST_ALARMS, MOST_IDS_IN_ALL, MOST_OVERRIDES
from tests.support.evidence import NOW, SETTINGS, evidence, group
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, START, plan_of

MOST_BYTES = 200 * 1024
# Step Functions limits the cause of a failed execution, which is the reason of the result:
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
LONGEST_CAUSE = 32_768
# Quotas of Direct Connect.
MOST_INTERFACES = 51
MOST_PREFIXES = 200
LONG_TAG = "\N{CLINKING BEER MUGS}" * 256
# A letter with four bytes in UTF-8.
LETTER = "\N{MATHEMATICAL BOLD CAPITAL A}"
WORDS = "Unable to process request. " * 18 + "Unable to proc"
ARN = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:{'s' * 400}"
UUID = "5f294f92-bafb-4011-916d-123456789012"
STATES = ("testing", "pending", "approving")
TAG_KEYS = ("Decommission", "decommission", "decommission-protected", "terraform", "managed-by")
TAGS = {STACK_TAG: "s" * 128, **dict.fromkeys(TAG_KEYS, LONG_TAG)}


def interfaces(prefix: str, parent_id: str) -> tuple[VirtualInterface, ...]:
    return tuple(
        VirtualInterface(
            virtual_interface_id=f"dxvif-{prefix}{number:07}",
            state=STATES[number % len(STATES)],
            type="transit",
            owner_account=OTHER_ACCOUNT,
            connection_id=parent_id,
            vlan=4000 + number,
            direct_connect_gateway_id=f"5f294f92-bafb-4011-916d-{number:012}",
            name="n" * 255,
            tags=TAGS,
        )
        for number in range(MOST_INTERFACES)
    )


OWN, OF_LAG = interfaces("a", CONNECTION_ID), interfaces("b", LAG_ID)
OWN_IDS = [v.virtual_interface_id for v in OWN]
CONNECTION = Connection(
    connection_id=CONNECTION_ID,
    state="approving",
    owner_account="333333333333",
    lag_id=LAG_ID,
    name=LETTER * 255,
    location="EqFA5",
    bandwidth="100Gbps",
    partner_name=None,
    provider_name=LETTER * 255,
    billing_mode="PortPairFlatRateTier5",
    mac_sec_secret_arns=(f"{ARN}1", f"{ARN}2", f"{ARN}3"),
    tags=TAGS,
)
AROUND = Surroundings(
    caller_account=ACCOUNT,
    interconnect_ids=(CONNECTION_ID,),
    connections=(CONNECTION,),
    lags=(replace(group(CONNECTION, minimum_links=4), tags=TAGS, allows_hosted_connections=True),),
    neighbours=OF_LAG,
    hosted_connection_ids=tuple(f"dxcon-{number:021}" for number in range(500)),
    failover_tests=tuple(
        FailoverTest(test_id=UUID, virtual_interface_id=id_, started_at=NOW, ends_at=NOW) for id_ in OWN_IDS
    ),
    traffic=dict.fromkeys(
        (CONNECTION_ID, *OWN_IDS), Traffic(ingress=123_456_789_012.0, egress=0, points=1, expected_points=1440)
    ),
    routes=dict.fromkeys(
        OWN_IDS, tuple(f"2001:db8:1234:{n:04x}:1234:1234:1234:1234/127" for n in range(MOST_PREFIXES))
    ),
    resiliency_group_ids=tuple(f"dxrg-{number:017}" for number in range(100)),
    gateway_names={v.gateway_id: LETTER * 64 for v in OWN if v.gateway_id},
    refusals={"DescribeDirectConnectGatewayAttachments": WORDS},
)
REQUEST = Request(
    connection_id=CONNECTION_ID,
    plan_digest="0" * 64,
    overrides=tuple(
        Override(
            guard=guard,
            reason=LETTER * 256,
            ids=tuple(f"{kinds[0]}-{number:03}{n:018}" for n in range(MOST_IDS_IN_ALL // MOST_OVERRIDES)),
            until=START,
        )
        for number, (guard, kinds) in zip(range(MOST_OVERRIDES), cycle(OVERRIDABLE.items()), strict=False)
    ),
    rehearsal_minutes=180,
    alarm_names=tuple(f"{LETTER * 254}{number}" for number in range(MOST_ALARMS)),
    patience_minutes=1440,
    reason=LETTER * 1000,
)
CALLS = [
    *((Action.DELETE_VIRTUAL_INTERFACE, id_) for id_ in OWN_IDS),
    (Action.DELETE_CONNECTION, CONNECTION_ID),
    (Action.DISASSOCIATE_FROM_LAG, CONNECTION_ID),
]


def calls(outcome: CallOutcome, words: str | None = None) -> list[Call]:
    return [
        Call(
            action=action,
            resource_id=id_,
            requested_at=START + timedelta(seconds=words is not None, microseconds=1),
            outcome=outcome,
            request_id=UUID,
            words=words,
        )
        for action, id_ in CALLS
    ]


def test_the_largest_result() -> None:
    shown = replace(evidence(*OWN, of=CONNECTION, around=AROUND, request=REQUEST), at=NOW)
    run = Run(
        request=REQUEST,
        started_at=START,
        execution=f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:{'m' * 80}:{'e' * 80}",
        event=Trigger(id="i" * 256, time="t" * 64),
        plan=plan_of(CONNECTION, OWN),
        port=essential(CONNECTION, SETTINGS),
        port_states={CONNECTION_ID: CONNECTION.state},
        verdicts=judge(shown),
        rehearsal=Rehearsal(
            started_at=START,
            tests=dict.fromkeys(OWN_IDS, UUID),
            stopped=tuple(OWN_IDS),
            watched_at=NOW,
            last_started_at=NOW,
            problem=LETTER * 700,
            ended_at=NOW,
        ),
        phase=Phase.DELETING_VIRTUAL_INTERFACES,
        phase_started_at=START,
    ).with_calls([*calls(CallOutcome.ACCEPTED), *calls(CallOutcome.REFUSED, WORDS)])
    stop = decision.blocked(shown.observation, run)
    outcome = StepOutcome(
        at=NOW,
        phase=stop.phase,
        reason=stop.reason,
        wait_seconds=60,
        verdicts=run.verdicts,
        already_gone=False,
        phase_started_at=START,
    )
    result = write(run, outcome, shown.observation)
    assert 500 == len(WORDS)
    assert {"billing", "macsec"} == {v.guard for v in run.verdicts if v.outcome is not Outcome.BLOCK}
    assert len(result["reason"]) < LONGEST_CAUSE
    assert len(json.dumps(result, ensure_ascii=False).encode()) < MOST_BYTES
    assert read({**result, "phase": "BLOCKED"}, now=NOW, settings=SETTINGS)
