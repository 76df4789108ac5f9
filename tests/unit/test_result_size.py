"""The largest result stays well below what Step Functions hands on, 256 KiB."""

import json
from dataclasses import replace
from datetime import timedelta

from decommission import decision
from decommission.contract import StepOutcome, read, write
from decommission.guards import OVERRIDABLE, judge
from decommission.guards.tags import STACK_TAG, essential
from decommission.models import Connection, FailoverTest, Surroundings, Traffic, VirtualInterface
from decommission.plan import Plan
from decommission.run import Action, Call, CallOutcome, Outcome, Override, Phase, Request, Run, Trigger
from decommission.schemas import MOST_IDS_IN_ALL, MOST_OVERRIDES
from tests.support.evidence import NOW, SETTINGS, evidence, group
from tests.support.strategies import ACCOUNT, CONNECTION_ID, LAG_ID, OTHER_ACCOUNT, START

MOST_BYTES = 200 * 1024
# The reason becomes the cause of a failed execution: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
MOST_OF_A_CAUSE = 32_768
# Quotas of Direct Connect, and of tags.
MOST_INTERFACES = 51
MOST_PREFIXES = 200
LONG_TAG = "\N{CLINKING BEER MUGS}" * 256
# Four bytes in UTF-8, and a letter.
LETTER = "\N{MATHEMATICAL BOLD CAPITAL A}"
WORDS = "Unable to process request. " * 18 + "Unable to proc"
ARN = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:{'s' * 400}"
STATES = ("testing", "pending", "approving")
TAGS = {
    STACK_TAG: "s" * 128,
    "Decommission": LONG_TAG,
    "decommission": LONG_TAG,
    "decommission-protected": LONG_TAG,
    "terraform": LONG_TAG,
    "managed-by": LONG_TAG,
}


def interfaces(prefix: str, parent_id: str, *, count: int = MOST_INTERFACES) -> tuple[VirtualInterface, ...]:
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
        for number in range(count)
    )


OWN, OF_LAG = interfaces("a", CONNECTION_ID), interfaces("b", LAG_ID)
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
    is_interconnect=True,
    connections=(CONNECTION,),
    lags=(replace(group(CONNECTION, minimum_links=4), tags=TAGS, allows_hosted_connections=True),),
    neighbours=OF_LAG,
    hosted_connection_ids=tuple(f"dxcon-{number:021}" for number in range(500)),
    failover_tests=tuple(
        FailoverTest(
            test_id=f"5f294f92-bafb-4011-916d-{number:012}",
            virtual_interface_id=v.virtual_interface_id,
            ends_at=NOW,
        )
        for number, v in enumerate(OWN)
    ),
    traffic={
        id_: Traffic(ingress=123_456_789_012.0, egress=0, points=1, expected_points=1440)
        for id_ in (CONNECTION_ID, *(v.virtual_interface_id for v in OWN))
    },
    routes={
        v.virtual_interface_id: tuple(f"2001:db8:1234:{n:04x}:1234:1234:1234:1234/127" for n in range(MOST_PREFIXES))
        for v in OWN
    },
    resiliency_group_ids=tuple(f"dxrg-{number:017}" for number in range(100)),
    gateway_names={v.gateway_id: LETTER * 64 for v in OWN if v.gateway_id},
    refusals={"DescribeDirectConnectGatewayAttachments": WORDS},
)
REQUEST = Request(
    connection_id=CONNECTION_ID,
    plan_digest="0" * 64,
    overrides=tuple(
        Override(
            guard=[*OVERRIDABLE][number % len(OVERRIDABLE)],
            reason=LETTER * 256,
            ids=tuple(
                f"{[*OVERRIDABLE.values()][number % len(OVERRIDABLE)][0]}-{number:03}{n:018}"
                for n in range(MOST_IDS_IN_ALL // MOST_OVERRIDES)
            ),
            until=START,
        )
        for number in range(MOST_OVERRIDES)
    ),
    patience_minutes=1440,
    reason=LETTER * 1000,
)
IDS = [*(v.virtual_interface_id for v in OWN), CONNECTION_ID]


def calls(outcome: CallOutcome) -> list[Call]:
    actions = dict.fromkeys(IDS, Action.DELETE_VIRTUAL_INTERFACE) | {CONNECTION_ID: Action.DELETE_CONNECTION}
    asked = [*actions.items(), (CONNECTION_ID, Action.DISASSOCIATE_FROM_LAG)]
    words = None if outcome is CallOutcome.ACCEPTED else WORDS
    return [
        Call(
            action=action,
            resource_id=id_,
            requested_at=START + timedelta(seconds=outcome is not CallOutcome.ACCEPTED, microseconds=1),
            outcome=outcome,
            request_id="5f294f92-bafb-4011-916d-123456789012",
            words=words,
        )
        for id_, action in asked
    ]


def test_the_largest_result() -> None:
    shown = replace(evidence(*OWN, of=CONNECTION, around=AROUND, request=REQUEST), at=NOW)
    run = Run(
        request=REQUEST,
        started_at=START,
        execution=f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:{'m' * 80}:{'e' * 80}",
        event=Trigger(id="i" * 256, time="t" * 64),
        plan=Plan.of(CONNECTION, OWN),
        connection=replace(CONNECTION, tags=essential(TAGS, SETTINGS)),
        connection_state=CONNECTION.state,
        verdicts=judge(shown),
        phase=Phase.DELETING_VIRTUAL_INTERFACES,
        phase_started_at=START,
    ).with_calls([*calls(CallOutcome.ACCEPTED), *calls(CallOutcome.REFUSED)])
    stop = decision.blocked(shown.observation, run)
    told = StepOutcome(
        phase=stop.phase,
        reason=stop.reason,
        wait_seconds=60,
        verdicts=run.verdicts,
        already_gone=False,
        phase_started_at=START,
    )

    result = write(run, told, shown.observation)

    assert 500 == len(WORDS)
    assert {"billing", "macsec"} == {v.guard for v in run.verdicts if v.outcome is not Outcome.BLOCK}
    assert len(result["reason"]) < MOST_OF_A_CAUSE
    assert len(json.dumps(result, ensure_ascii=False).encode()) < MOST_BYTES
    assert read({**result, "phase": "BLOCKED"}, now=NOW, settings=SETTINGS)
