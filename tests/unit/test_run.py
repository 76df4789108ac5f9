"""The calls of a run, its overrides, and parts of a run that contradict each other."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from decommission.run import Action, Call, CallOutcome, Outcome, Override, Phase, Request, Run, Verdict
from tests.support.looks import DELETED_CONNECTION, NEW_RUN, NOW, after, call, under_way
from tests.support.strategies import CONNECTION_ID, START, connection, plan_of, virtual_interface

RUN = under_way(virtual_interface())
WAITS = {
    Phase.NOTICE,
    Phase.REHEARSING,
    Phase.DELETING_VIRTUAL_INTERFACES,
    Phase.DELETING_CONNECTION,
    Phase.DELETING_LAG,
}
OTHER = replace(connection(), connection_id="dxcon-ffabc123")
DIFFERS = "^connectionId or lagId differs between the request, the plan and the port at the start$"
OTHER_INTERFACE = virtual_interface("aaaaaaa2")
NAMING = replace(NEW_RUN.request, virtual_interface_ids=("dxvif-aaaaaaa1", "dxvif-aaaaaaa3"))
NAMES_DIFFER = "^virtualInterfaceIds differ between the request and the plan$"
HAS_EFFECT = {CallOutcome.ACCEPTED, CallOutcome.FAILED}


def asked(
    minutes: int, outcome: CallOutcome = CallOutcome.ACCEPTED, words: str | None = None, id_: str = CONNECTION_ID
) -> Call:
    return call(id_, outcome, action=Action.DELETE_CONNECTION, minutes=minutes, words=words)


@pytest.mark.parametrize("phase", Phase)
def test_which_phases_wait(phase: Phase) -> None:
    assert (phase in WAITS) == phase.waits


def test_the_deadline_is_counted_from_the_first_step() -> None:
    assert START + timedelta(minutes=240) == NEW_RUN.deadline


def test_the_notice_comes_before_the_patience() -> None:
    run = replace(NEW_RUN, request=replace(NEW_RUN.request, notice_minutes=60))
    assert START + timedelta(minutes=60) == run.notice_ends_at
    assert START + timedelta(minutes=300) == run.deadline


class TestCalls:
    @pytest.mark.parametrize("outcome", CallOutcome)
    def test_what_an_outcome_means(self, outcome: CallOutcome) -> None:
        given, run = asked(1, outcome), after(RUN, asked(1, outcome))
        is_accepted = outcome is CallOutcome.ACCEPTED
        assert (is_accepted, is_accepted) == (given.is_accepted, CONNECTION_ID in run.deleted_ids)
        assert (outcome in HAS_EFFECT, outcome in HAS_EFFECT) == (given.may_have_had_effect, run.has_begun)
        assert (outcome in HAS_EFFECT) == run.has_asked(Action.DELETE_CONNECTION)
        assert not run.has_asked(Action.DELETE_VIRTUAL_INTERFACE)

    def test_the_first_accepted_call_is_kept(self) -> None:
        assert (asked(1),) == after(after(RUN, asked(1)), asked(2)).calls
        assert (asked(1),) == after(RUN, asked(1), asked(2)).calls

    def test_the_last_call_that_was_not_accepted_is_kept(self) -> None:
        refused, failed = asked(1, CallOutcome.REFUSED), asked(2, CallOutcome.FAILED)
        assert (failed,) == after(after(RUN, refused), failed).calls

    def test_an_accepted_and_a_refused_call_are_both_kept(self) -> None:
        refused = asked(1, CallOutcome.REFUSED, "no")
        assert (refused, asked(2)) == after(after(RUN, refused), asked(2)).calls

    def test_calls_are_kept_for_each_resource_and_action(self) -> None:
        leaves, other = replace(asked(1), action=Action.DISASSOCIATE_FROM_LAG), asked(1, id_="dxvif-aaaaaaa1")
        assert (leaves, asked(1), other) == after(RUN, leaves, asked(1), other).calls

    def test_the_ids_of_accepted_deletions(self) -> None:
        left_lag = replace(asked(1, id_="dxcon-ffabc123"), action=Action.DISASSOCIATE_FROM_LAG)
        refused = call("dxvif-aaaaaaa2", CallOutcome.FAILED)
        run = after(RUN, left_lag, refused, call("dxvif-aaaaaaa1"), DELETED_CONNECTION)
        assert {"dxvif-aaaaaaa1", CONNECTION_ID} == run.deleted_ids

    @pytest.mark.parametrize(
        ("calls", "expected"),
        [
            ([], None),
            ([asked(1, CallOutcome.REFUSED, "no")], "no"),
            ([asked(1, CallOutcome.REFUSED, "no"), asked(2)], None),
            ([asked(1), asked(2, CallOutcome.REFUSED, "no")], "no"),
            ([asked(2, CallOutcome.REFUSED, "no"), asked(1)], "no"),
            ([asked(1, CallOutcome.REFUSED, "no", id_="dxvif-aaaaaaa1")], None),
        ],
    )
    def test_the_last_words_of_aws_about_a_resource(self, calls: list[Call], expected: str | None) -> None:
        assert expected == replace(RUN, calls=tuple(calls)).last_words(CONNECTION_ID)


class TestOverride:
    CONSENT = Override(guard="traffic", reason="CHG-1", ids=("dxvif-aaaaaaa1",))
    MOMENT = timedelta(microseconds=1)

    @pytest.mark.parametrize(
        ("until", "has_begun", "expected"),
        [
            *[(None, False, True), (NOW + MOMENT, False, True), (NOW, False, False), (NOW - MOMENT, False, False)],
            (NOW, True, True),
        ],
    )
    def test_it_expires_unless_the_run_has_begun(
        self, until: datetime | None, *, has_begun: bool, expected: bool
    ) -> None:
        consent = replace(self.CONSENT, until=until)
        assert expected == consent.holds(at=NOW, has_begun=has_begun)
        assert expected == consent.covers("dxvif-aaaaaaa1", at=NOW, has_begun=has_begun)

    def test_it_covers_its_ids_only(self) -> None:
        assert not self.CONSENT.covers("dxvif-aaaaaaa2", at=NOW, has_begun=True)

    @pytest.mark.parametrize(
        ("up_to_bps", "measured", "expected"),
        [
            *[(None, 0, True), (None, 0.1, False), (0, 0, True), (0, 0.5, False), (10, 10, True), (10, 10.0001, False)],
            *[(10, float("inf"), False), (10, float("nan"), False)],
        ],
    )
    def test_it_covers_up_to_its_limit(self, up_to_bps: int | None, measured: float, *, expected: bool) -> None:
        consent = replace(self.CONSENT, up_to_bps=up_to_bps)
        assert expected == consent.covers("dxvif-aaaaaaa1", at=NOW, has_begun=False, bits_per_second=measured)

    def test_a_request_lists_the_overrides_of_a_guard(self) -> None:
        other = replace(self.CONSENT, guard="state")
        request = replace(NEW_RUN.request, overrides=(self.CONSENT, other, self.CONSENT))
        assert (self.CONSENT, self.CONSENT) == request.overrides_of("traffic")
        assert () == request.overrides_of("lag")


def test_only_the_outcome_block_is_a_block() -> None:
    verdicts = tuple(Verdict(guard="traffic", outcome=outcome, reason="it is in use") for outcome in Outcome)
    assert [Outcome.BLOCK] == [verdict.outcome for verdict in replace(RUN, verdicts=verdicts).blocks]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"request": Request(connection_id="dxcon-ffabc123", patience_minutes=1)}, DIFFERS),
        ({"port": OTHER}, DIFFERS),
        ({"plan": plan_of(OTHER, ())}, DIFFERS),
        (
            {"request": replace(NEW_RUN.request, dry_run=True)},
            "^request.dryRun is true, and a dry run is never in phase",
        ),
        ({"plan": replace(RUN.plan, keeps_connection=True)}, NAMES_DIFFER),
        ({"request": NAMING}, NAMES_DIFFER),
        ({"request": NAMING, "plan": plan_of(connection(), [OTHER_INTERFACE], keeps_connection=True)}, NAMES_DIFFER),
        ({"phase_started_at": START - timedelta(seconds=1)}, "^phaseStartedAt is before startedAt$"),
    ],
)
def test_parts_that_contradict_each_other(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(RUN, **parts)


def test_a_plan_may_hold_fewer_interfaces_than_the_request_names() -> None:
    plan = plan_of(connection(), [virtual_interface()], keeps_connection=True)
    assert plan == replace(RUN, request=NAMING, plan=plan).plan


@pytest.mark.parametrize(
    ("execution", "expected"),
    [
        ("arn:aws-cn:states:cn-north-1:123456789012:execution:machine:name", ("aws-cn", "123456789012")),
        ("arn:aws:states", ("aws", None)),
        ("arn:aws:states::", ("aws", None)),
        ("arn", (None, None)),
        (None, (None, None)),
    ],
)
def test_the_execution_tells_the_partition_and_the_account(
    execution: str | None, expected: tuple[str | None, str | None]
) -> None:
    run = replace(NEW_RUN, execution=execution)
    assert expected == (run.partition, run.account)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in WAITS])
def test_a_dry_run_may_have_ended(phase: Phase) -> None:
    run: Run = replace(RUN, phase=phase, request=replace(NEW_RUN.request, dry_run=True))
    assert phase is run.phase
