"""A run that names a LAG: its interfaces, then the members, then the LAG."""

from dataclasses import replace
from datetime import timedelta

import pytest

from decommission.decided import Delete, LookAgain, MakePlan, Rehearse, SeemsGone, Stop
from decommission.decision import first, planned
from decommission.gone import confirmed, not_shown, seems_gone
from decommission.models import Aftermath, Connection, ConnectionState, Lag, Observation, VirtualInterface
from decommission.remains import digest_of_what_is_left, how_to_go_on, is_lag_changed, timed_out, what_is_left
from decommission.run import ABSENT, Action, NewRun, Outcome, Phase, Run, Verdict
from tests.support.evidence import MEMBER, OF_LAG, OTHER_MEMBER, WHOLE
from tests.support.looks import NOW, SHOWN, TWO, after, call, decide, under_way
from tests.support.looks import ONE as ON_CONNECTION
from tests.support.strategies import CONNECTION_ID, LAG_ID, START, plan_of

ONE = replace(ON_CONNECTION, connection_id=LAG_ID)
MEMBER_IDS = sorted([CONNECTION_ID, OTHER_MEMBER.connection_id])
STATES = dict.fromkeys([*MEMBER_IDS, LAG_ID], "available")
NEW = NewRun(request=OF_LAG, started_at=START)
DRY = replace(NEW, request=replace(OF_LAG, dry_run=True))
LOWERED = call(LAG_ID, action=Action.UPDATE_LAG)
CLEAN = Aftermath(interconnect_ids=())
GONE = [call(id_, action=Action.DELETE_CONNECTION) for id_ in MEMBER_IDS]
DELETED_LAG = call(LAG_ID, action=Action.DELETE_LAG)


def see(
    *interfaces: VirtualInterface, lag: Lag | None = WHOLE, members: tuple[Connection, ...] | None = None
) -> Observation:
    """Look at the LAG; ``members`` are those that AWS shows, by default those of the LAG."""
    if lag is not None and members is not None:
        lag = replace(lag, members=tuple(c for c in members if c.lag_id == LAG_ID))
    shown = (lag.members if lag else ()) if members is None else members
    return Observation(
        region="eu-central-1",
        port=lag,
        members=tuple(sorted(shown, key=lambda c: c.connection_id)),
        virtual_interfaces=interfaces,
    )


def run_of(*interfaces: VirtualInterface) -> Run:
    return replace(
        under_way(),
        request=OF_LAG,
        plan=plan_of(WHOLE, interfaces),
        port=WHOLE,
        port_states=STATES,
    )


def out(*members: Connection, state: str = "available") -> tuple[Connection, ...]:
    """Return connections that have left the LAG."""
    return tuple(replace(c, lag_id=None, state=state) for c in members)


NO_MINIMUM = replace(WHOLE, minimum_links=0)


class TestFirstStep:
    def test_it_plans_the_lag_with_all_of_it(self) -> None:
        assert MakePlan() == first(see(ONE), NEW)
        ids = f"{', '.join(MEMBER_IDS)}, {LAG_ID}"
        reason = f"the plan is made: 1 virtual interface ({SHOWN}) and {ids} will be deleted"
        expected = LookAgain(
            phase=Phase.DELETING_VIRTUAL_INTERFACES,
            reason=f"{reason}; before that its minimum of 1 link is lowered to 0",
        )
        assert expected == planned(see(ONE), NEW, ())
        assert replace(expected, reason=reason) == planned(see(ONE, lag=NO_MINIMUM), NEW, ())

    def test_a_dry_run_says_what_a_run_would_delete(self) -> None:
        digest = plan_of(WHOLE, (ONE,)).digest
        reason = (
            f"dry run: a run would delete 1 virtual interface ({SHOWN}) and {', '.join(MEMBER_IDS)}, {LAG_ID}; the "
            f"plan has the digest {digest}"
        )
        assert Stop(phase=Phase.PLANNED, reason=reason) == planned(see(ONE), DRY, ())

    @pytest.mark.parametrize("seen", [see(ONE, lag=None), see(lag=None, members=(MEMBER,))])
    def test_aws_shows_what_is_on_it_and_not_the_lag(self, seen: Observation) -> None:
        there = SHOWN if seen.virtual_interfaces else CONNECTION_ID
        reason = (
            f"blocked: AWS does not show {LAG_ID}, but lists on it {there}; start again once AWS shows both or "
            "neither; nothing was deleted"
        )
        assert Stop(phase=Phase.BLOCKED, reason=reason) == first(seen, NEW)

    def test_it_may_be_gone(self) -> None:
        gone = first(see(lag=replace(WHOLE, state="deleted", members=())), NEW)
        assert isinstance(gone, SeemsGone)
        assert f"{LAG_ID} was already deleted when the run began, so nothing was deleted" == gone.reason
        assert gone.already_gone


LEFT = after(run_of(), *(call(id_, action=Action.DISASSOCIATE_FROM_LAG) for id_ in MEMBER_IDS))


class TestTheOrder:
    def test_interfaces_come_first(self) -> None:
        decided = decide(see(ONE, TWO), run_of(ONE, TWO))
        assert isinstance(decided, Delete)
        assert (Action.DELETE_VIRTUAL_INTERFACE, ("dxvif-aaaaaaa1", "dxvif-aaaaaaa2")) == (
            decided.action,
            decided.resource_ids,
        )

    def test_then_the_minimum_is_lowered(self) -> None:
        expected = Delete(
            action=Action.UPDATE_LAG,
            resource_ids=(LAG_ID,),
            phase=Phase.DELETING_CONNECTION,
            reason=f"lowering the minimum of links of {LAG_ID} from 1 to 0, so that all may leave",
        )
        assert expected == decide(see(), run_of())

    @pytest.mark.parametrize(
        "seen",
        [
            pytest.param(see(lag=replace(WHOLE, members=(MEMBER,))), id="the last member may leave"),
            pytest.param(see(members=(MEMBER, *out(OTHER_MEMBER))), id="the other one has left"),
        ],
    )
    def test_the_last_one_needs_no_lower_minimum(self, seen: Observation) -> None:
        run = replace(LEFT, port_states=STATES | {OTHER_MEMBER.connection_id: ABSENT})
        decided = decide(seen, run)
        assert isinstance(decided, Delete)
        assert decided.action is not Action.UPDATE_LAG

    def test_then_the_members_leave(self) -> None:
        expected = Delete(
            action=Action.DISASSOCIATE_FROM_LAG,
            resource_ids=tuple(MEMBER_IDS),
            phase=Phase.DELETING_CONNECTION,
            reason=f"{', '.join(MEMBER_IDS)} leave {LAG_ID} before they are deleted",
        )
        assert expected == decide(see(lag=NO_MINIMUM), run_of())

    def test_one_leaves(self) -> None:
        seen = see(lag=NO_MINIMUM, members=(MEMBER, replace(OTHER_MEMBER, state="deleting", lag_id=None)))
        decided = decide(seen, LEFT)
        assert isinstance(decided, Delete)
        assert f"{CONNECTION_ID} leaves {LAG_ID} before it is deleted" == decided.reason

    def test_those_that_have_left_are_deleted(self) -> None:
        expected = Delete(
            action=Action.DELETE_CONNECTION,
            resource_ids=tuple(MEMBER_IDS),
            phase=Phase.DELETING_CONNECTION,
            reason=f"no virtual interface is left: deleting {MEMBER_IDS[0]} (available), {MEMBER_IDS[1]} (available)",
        )
        assert expected == decide(see(lag=NO_MINIMUM, members=out(MEMBER, OTHER_MEMBER)), LEFT)

    @pytest.mark.parametrize("asked_last", MEMBER_IDS)
    def test_what_was_asked_last_is_asked_last(self, asked_last: str) -> None:
        """One that AWS always refuses holds up no other, whatever is to be done with it."""
        (other,) = {*MEMBER_IDS} - {asked_last}
        left = call(asked_last, action=Action.DISASSOCIATE_FROM_LAG)
        run = after(run_of(), left, call(other, action=Action.DISASSOCIATE_FROM_LAG), call(asked_last, minutes=2))
        members = [replace(c, lag_id=None if c.connection_id == asked_last else LAG_ID) for c in (MEMBER, OTHER_MEMBER)]
        decided = decide(see(lag=NO_MINIMUM, members=tuple(members)), run)
        assert isinstance(decided, Delete)
        assert (other,) == decided.resource_ids

    def test_all_of_them_are_being_deleted(self) -> None:
        seen = see(lag=NO_MINIMUM, members=out(MEMBER, OTHER_MEMBER, state="deleting"))
        expected = LookAgain(phase=Phase.DELETING_CONNECTION, reason=f"{', '.join(MEMBER_IDS)} are still being deleted")
        assert expected == decide(seen, LEFT)

    def test_what_somebody_else_took_out_blocks(self) -> None:
        decided = decide(see(lag=NO_MINIMUM, members=(MEMBER, *out(OTHER_MEMBER))), run_of())
        assert isinstance(decided, Stop)
        assert f"since the plan was made: {OTHER_MEMBER.connection_id} left {LAG_ID}. Find out" in decided.reason

    def test_the_lag_comes_last(self) -> None:
        expected = Delete(
            action=Action.DELETE_LAG,
            resource_ids=(LAG_ID,),
            phase=Phase.DELETING_LAG,
            reason=f"no connection is left in it: deleting {LAG_ID} (available)",
        )
        run = after(run_of(), *GONE)
        assert expected == decide(see(lag=NO_MINIMUM, members=()), run)
        assert expected == decide(see(lag=NO_MINIMUM, members=out(MEMBER, OTHER_MEMBER, state="deleted")), run_of())

    def test_it_is_being_deleted(self) -> None:
        seen = see(lag=replace(NO_MINIMUM, state="deleting"), members=())
        expected = LookAgain(phase=Phase.DELETING_LAG, reason=f"{LAG_ID} is still being deleted")
        assert expected == decide(seen, after(run_of(), *GONE))


class TestWhatIsNotShown:
    UNSEEN = f"AWS does not show {CONNECTION_ID} any more; one answer is no proof, so the next step looks again"

    @pytest.mark.parametrize(
        ("seen", "phase"),
        [
            (see(ONE, members=(OTHER_MEMBER,)), Phase.DELETING_VIRTUAL_INTERFACES),
            (see(members=(OTHER_MEMBER,)), Phase.DELETING_CONNECTION),
        ],
    )
    def test_nothing_is_deleted_while_a_member_is_not_shown(self, seen: Observation, phase: Phase) -> None:
        assert LookAgain(phase=phase, reason=self.UNSEEN) == decide(seen, run_of(ONE))

    def test_in_two_looks_it_is_gone(self) -> None:
        run = replace(run_of(), port_states=STATES | {CONNECTION_ID: ABSENT})
        decided = decide(see(members=(OTHER_MEMBER,)), run)
        assert isinstance(decided, Delete)
        assert decided.action is Action.DISASSOCIATE_FROM_LAG

    def test_the_lag_may_be_gone_before_its_members(self) -> None:
        """Others have deleted it: its members are still there, and no longer in it."""
        seen = see(lag=None, members=out(MEMBER, OTHER_MEMBER))
        assert not seems_gone(seen, run_of())
        unseen = decide(seen, run_of())
        assert isinstance(unseen, LookAgain)
        assert unseen.reason.startswith(f"AWS does not show {LAG_ID} any more")
        decided = decide(seen, replace(run_of(), port_states=STATES | {LAG_ID: ABSENT}))
        assert isinstance(decided, Delete)
        assert (Action.DELETE_CONNECTION, tuple(MEMBER_IDS)) == (decided.action, decided.resource_ids)

    @pytest.mark.parametrize("seen", [see(ONE, lag=None), see(lag=None, members=(MEMBER,))])
    def test_it_is_not_gone_while_something_is_on_it(self, seen: Observation) -> None:
        assert seems_gone(seen, run_of(ONE))
        decided = not_shown(seen, run_of(ONE), NOW)
        assert isinstance(decided, LookAgain)
        there = SHOWN if seen.virtual_interfaces else CONNECTION_ID
        assert f"AWS does not show {LAG_ID}, but still lists on it {there}" == decided.reason

    def test_all_of_it_has_to_be_proven(self) -> None:
        seen = see(lag=None)
        ids = f"{', '.join(MEMBER_IDS)}, {LAG_ID}"
        unseen = not_shown(seen, run_of(), NOW)
        assert isinstance(unseen, LookAgain)
        assert unseen.reason.startswith(f"AWS does not show {ids} any more; one answer is no proof")
        assert Phase.DELETING_LAG is unseen.phase
        assert SeemsGone(reason=f"{ids} are gone") == not_shown(seen, after(run_of(), *GONE, DELETED_LAG), NOW)


class TestTheEnd:
    SEEMS_GONE = SeemsGone(reason="all is gone")

    def test_a_member_whose_deletion_nobody_confirmed_may_be_an_interconnect(self) -> None:
        run = after(run_of(), GONE[0], DELETED_LAG)
        decided = confirmed(self.SEEMS_GONE, CLEAN, run, START + timedelta(minutes=2))
        assert isinstance(decided, LookAgain)
        assert Phase.DELETING_LAG is decided.phase
        assert decided.reason.startswith(f"AWS does not show {MEMBER_IDS[1]} any more; until ")

    def test_the_lag_itself_cannot_become_one(self) -> None:
        run = after(run_of(), *GONE)
        decided = confirmed(self.SEEMS_GONE, CLEAN, run, START + timedelta(minutes=2))
        assert Stop(phase=Phase.COMPLETED, reason="all is gone") == decided

    def test_an_interconnect_blocks(self) -> None:
        decided = confirmed(self.SEEMS_GONE, Aftermath(interconnect_ids=(CONNECTION_ID,)), run_of(), NOW)
        assert isinstance(decided, Stop)
        assert (Phase.BLOCKED, "hosted-connections") == (decided.phase, decided.verdicts[0].guard)


class TestWhatIsLeft:
    def test_before_anything_was_asked(self) -> None:
        still = f"still there: {SHOWN}, {MEMBER_IDS[0]} (available), {MEMBER_IDS[1]} (available), {LAG_ID} (available)"
        digest = f"the plan of what is left has the digest {plan_of(WHOLE, (ONE,)).digest}"
        assert f"nothing was deleted by this run; {still}; {digest}" == what_is_left(see(ONE), run_of(ONE))

    def test_after_the_minimum_was_lowered(self) -> None:
        lowered = (
            f"the minimum of links of {LAG_ID} was 1 when the run began, and is 0: if "
            "the LAG is to stay, set it again with UpdateLag"
        )
        said = what_is_left(see(lag=NO_MINIMUM), after(run_of(), LOWERED))
        assert f"; {lowered}; " in said
        # A step that was killed leaves no call.
        assert lowered in what_is_left(see(lag=NO_MINIMUM), run_of())
        # AWS may show it late.
        late = what_is_left(see(), after(run_of(), LOWERED))
        assert "was 1 when the run began, and is 1" in late
        assert "minimum" not in what_is_left(see(lag=replace(NO_MINIMUM, state="deleted")), after(run_of(), LOWERED))

    def test_half_of_its_members_are_gone(self) -> None:
        seen = see(lag=NO_MINIMUM, members=out(MEMBER))
        said = what_is_left(seen, after(run_of(), GONE[1]))
        assert f"gone: {OTHER_MEMBER.connection_id}; {CONNECTION_ID} has left {LAG_ID}; " in said
        both = what_is_left(see(lag=NO_MINIMUM, members=out(MEMBER, OTHER_MEMBER)), run_of())
        assert f"; {', '.join(MEMBER_IDS)} have left {LAG_ID}; " in both

    def test_how_members_get_back_into_a_lag_without_a_minimum(self) -> None:
        seen = see(lag=NO_MINIMUM, members=out(MEMBER, OTHER_MEMBER))
        run = replace(run_of(), plan=plan_of(NO_MINIMUM))
        back = f"if {LAG_ID} is to stay, put its connections back (AssociateConnectionWithLag)"
        assert f"have left {LAG_ID}; {back}; " in what_is_left(seen, run)
        assert "minimum" not in what_is_left(seen, run)
        gone = replace(seen, port=replace(NO_MINIMUM, state="deleted"))
        assert "AssociateConnectionWithLag" not in what_is_left(gone, run)

    def test_nothing_has_no_digest(self) -> None:
        assert digest_of_what_is_left(see(lag=replace(WHOLE, state="deleted"), members=())) is None


def test_a_member_that_joined_blocks() -> None:
    newcomer = replace(MEMBER, connection_id="dxcon-joined01")
    decided = decide(see(lag=replace(WHOLE, members=(MEMBER, OTHER_MEMBER, newcomer))), run_of())
    assert isinstance(decided, Stop)
    reason = f"since the plan was made: dxcon-joined01 joined {LAG_ID}. Find out who changed it, then start again"
    assert (Phase.BLOCKED, (Verdict(guard="plan", outcome=Outcome.BLOCK, reason=reason),)) == (
        decided.phase,
        decided.verdicts,
    )


@pytest.mark.parametrize(
    ("observation", "run", "expected"),
    [
        pytest.param(see(), run_of(), "a new run goes on from here", id="all are in it"),
        pytest.param(
            see(members=(*out(MEMBER), OTHER_MEMBER)),
            run_of(),
            f"to go on from here, start a run of each: one of {LAG_ID}, {CONNECTION_ID}",
            id="one has left",
        ),
        pytest.param(
            see(lag=None, members=out(MEMBER, OTHER_MEMBER)),
            run_of(),
            f"to go on from here, start a run of each: {', '.join(MEMBER_IDS)}",
            id="both have left, and it is not shown",
        ),
        pytest.param(
            see(lag=replace(WHOLE, state="deleted"), members=out(MEMBER)),
            run_of(),
            f"to go on from here, start a run of each: {CONNECTION_ID}",
            id="it is gone",
        ),
        pytest.param(
            replace(see(), port=replace(MEMBER, lag_id=None), members=()),
            under_way(lag_id=LAG_ID),
            "a new run goes on from here",
            id="a connection that has left",
        ),
    ],
)
def test_which_runs_go_on(observation: Observation, run: Run, expected: str) -> None:
    assert expected == how_to_go_on(observation, run)
    assert timed_out(observation, run).endswith(f"; {expected}")


@pytest.mark.parametrize(
    ("observation", "run", "changed"),
    [
        pytest.param(see(), run_of(), False, id="as planned"),
        pytest.param(see(lag=NO_MINIMUM), run_of(), True, id="its minimum is lower"),
        pytest.param(see(lag=replace(WHOLE, minimum_links=2)), run_of(), False, id="its minimum is higher"),
        pytest.param(see(members=(*out(MEMBER), OTHER_MEMBER)), run_of(), True, id="one has left"),
        pytest.param(replace(see(), port=MEMBER, members=()), under_way(lag_id=LAG_ID), False, id="a member"),
        pytest.param(
            replace(see(), port=replace(MEMBER, lag_id=None), members=()),
            under_way(lag_id=LAG_ID),
            True,
            id="a member that has left",
        ),
    ],
)
def test_whether_its_lag_was_changed(observation: Observation, run: Run, *, changed: bool) -> None:
    assert changed is is_lag_changed(observation, run)


def test_how_to_put_it_together_again() -> None:
    left = see(lag=NO_MINIMUM, members=(*out(MEMBER), OTHER_MEMBER))
    said = (
        f"the minimum of links of {LAG_ID} was 1 when the run began, and is 0: if the LAG is to stay, put its "
        "connections back (AssociateConnectionWithLag), then set it again with UpdateLag; "
    )
    assert said in what_is_left(left, run_of())


# A step makes the member leave (L), deletes the LAG (D), or finds that all seems gone (G). In lower case, it waits for
# the member (l), for the LAG (d), or for a second answer (a).
L, D, G, w, d, a = "L", "D", "G", "l", "d", "a"
# A LAG is never ordered or rejected (LagState of the API).
LAGS = ["requested", "pending", "available", "down", "deleting", "deleted", "unknown", "approving", ABSENT]
TABLE = {
    #           requested, pending, available, down, deleting, deleted, unknown, approving, absent
    "ordering": (L, L, L, L, L, w, w, w, w),
    "requested": (L, L, L, L, L, w, w, w, w),
    "pending": (L, L, L, L, L, w, w, w, w),
    "available": (L, L, L, L, L, w, w, w, w),
    "down": (L, L, L, L, L, w, w, w, w),
    "deleting": (w, w, w, w, w, w, w, w, w),
    "deleted": (D, D, D, D, d, G, d, d, a),
    "rejected": (D, D, D, D, d, G, d, d, a),
    "unknown": (w, w, w, w, w, w, w, w, w),
    "approving": (w, w, w, w, w, w, w, w, w),
    "absent": (a, a, a, a, a, a, d, d, a),
}


def letter(decided: Delete | Rehearse | LookAgain | SeemsGone | Stop) -> str:
    match decided:
        case Delete(action=Action.DISASSOCIATE_FROM_LAG, resource_ids=ids) if ids == (CONNECTION_ID,):
            return L
        case Delete(action=Action.DELETE_LAG, resource_ids=ids) if ids == (LAG_ID,):
            return D
        case LookAgain():
            waits = d if decided.phase is Phase.DELETING_LAG else w
            return a if "one answer is no proof" in decided.reason else waits
        case _:
            return G if isinstance(decided, SeemsGone) else "?"


def test_the_table_has_every_documented_state() -> None:
    assert {*ConnectionState, "approving", ABSENT} == TABLE.keys()


@pytest.mark.parametrize(
    ("member_state", "lag_state", "expected"),
    [
        pytest.param(member_state, lag_state, cell, id=f"{member_state}-{lag_state}")
        for member_state, row in TABLE.items()
        for lag_state, cell in zip(LAGS, row, strict=True)
    ],
)
def test_a_later_step(member_state: str, lag_state: str, expected: str) -> None:
    members = () if member_state == ABSENT else (replace(MEMBER, state=member_state),)
    group = replace(NO_MINIMUM, members=(MEMBER,))
    seen = replace(see(lag=replace(group, state=lag_state)), members=members)
    if lag_state == ABSENT:
        seen = replace(seen, port=None)
    states = dict.fromkeys([CONNECTION_ID, LAG_ID], "available")
    run = replace(run_of(), plan=plan_of(group), port=group, port_states=states)
    assert expected == letter(decide(seen, run))
