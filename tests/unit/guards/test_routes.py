"""The guard of routes: each announced prefix needs another path that announces it, or a shorter one."""

from dataclasses import replace

import pytest

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.routes import covering, routes
from decommission.models import Attachment
from decommission.run import Outcome
from tests.support.evidence import AROUND, elsewhere, evidence, group, member, on_gateway, port
from tests.support.strategies import LAG_ID, OTHER_ACCOUNT

GATEWAY = "dxgw-1"
LEAVING, SECOND = on_gateway("aaaaaaa1", GATEWAY), on_gateway("aaaaaaa2", GATEWAY)
OTHER = elsewhere(on_gateway("bbbbbbb1", GATEWAY))
THIRD = elsewhere(on_gateway("bbbbbbb2", GATEWAY))
COVERED = passes("every prefix that is announced here is announced on another path of its gateway, equal or shorter")


def announcing(routes: dict[str, list[str]], *, refused: str | None = None) -> Evidence:
    """Make evidence of what is announced, by the name of an interface; a1 and a2 leave, b1 and b2 stay."""
    announced = {f"dxvif-{name[0] * 7}{name[1]}": tuple(cidrs) for name, cidrs in routes.items()}
    interfaces = [v for v, name in ((LEAVING, "a1"), (SECOND, "a2")) if name in routes]
    around = replace(
        AROUND,
        connections=(port(),),
        neighbours=(OTHER, THIRD),
        routes=announced,
        refusals={"ListVirtualInterfaceRoutes": refused} if refused else {},
    )
    return evidence(*interfaces, around=around)


def lost(*named: str, ids: list[str]) -> Finding:
    reason = f"announced here and on no other path of the same gateway: {'; '.join(named)}"
    return blocks(f"{reason}; announce them on another path first", ids)


def unknown(named: str) -> Finding:
    return warns(f"the routes of {named} could not be compared")


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("10.1.0.0/16", "10.1.0.0/16"),
        ("10.1.0.0/16", "10.0.0.0/15"),
        ("10.1.0.0/16", "10.0.0.0/8"),
        ("10.1.2.3/32", "10.1.2.2/31"),
        ("10.1.0.0/16", "0.0.0.0/0"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("10.1.2.3/16", "10.1.9.9/16"),
        ("10.1.2.3", "10.1.2.3/32"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("2001:db8:1::/48", "2001:DB8:0::/32"),
        ("2001:db8::1/128", "2001:db8::/127"),
        ("2001:db8::/32", "::/0"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_covered(here: str, there: str) -> None:
    assert COVERED == routes(announcing({"a1": [here], "b1": [there]}))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("10.1.0.0/16", "10.1.0.0/17"),
        ("10.1.0.0/16", "10.2.0.0/16"),
        ("10.2.0.0/16", "10.0.0.0/15"),
        ("10.1.2.1/32", "10.1.2.2/31"),
        ("0.0.0.0/0", "0.0.0.0/1"),
        ("::/0", "0.0.0.0/0"),
        ("0.0.0.0/0", "::/0"),
        ("::a01:0/112", "10.1.0.0/16"),
        ("2001:db8:1::/48", "2001:db8:1::/49"),
        ("2001:db8:2::/48", "2001:db8:1::/48"),
        ("10.1.0.0/33", "0.0.0.0/0"),
        ("nonsense", "0.0.0.0/0"),
        ("nonsense", "Nonsense"),
    ],
)
def test_not_covered(here: str, there: str) -> None:
    expected = lost(f"dxvif-aaaaaaa1: {here}", ids=["dxvif-aaaaaaa1"])
    assert expected == routes(announcing({"a1": [here], "b1": [there]}))


def test_every_prefix_that_is_lost_is_named() -> None:
    shown = announcing(
        {
            "a1": ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"],
            "a2": ["10.2.0.0/16", "10.5.0.0/16"],
            "b1": ["10.2.0.0/16"],
            "b2": ["10.4.0.0/16"],
        }
    )
    expected = lost(
        "dxvif-aaaaaaa1: 10.1.0.0/16, 10.3.0.0/16",
        "dxvif-aaaaaaa2: 10.5.0.0/16",
        ids=["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"],
    )
    assert expected == routes(shown)


@pytest.mark.parametrize(("interfaces", "named"), [(1, 60), (2, 30), (20, 3), (51, 3)])
def test_a_reason_is_bounded(interfaces: int, named: int) -> None:
    prefixes = tuple(f"10.{number}.0.0/16" for number in range(100))
    leaving = [on_gateway(f"aaaaaa{number}", GATEWAY) for number in range(interfaces)]
    finding = routes(
        evidence(*leaving, around=replace(AROUND, routes={v.virtual_interface_id: prefixes for v in leaving}))
    )
    assert finding is not None
    assert interfaces * named == finding.reason.count("/16")
    assert interfaces == finding.reason.count(f" and {100 - named} more")


def test_nothing_is_announced_here() -> None:
    assert COVERED == routes(announcing({"a1": [], "b1": ["10.1.0.0/16"]})) == routes(announcing({"a1": []}))


def test_no_other_path() -> None:
    shown = evidence(LEAVING, around=replace(AROUND, routes={"dxvif-aaaaaaa1": ("10.1.0.0/16",)}))
    assert lost("dxvif-aaaaaaa1: 10.1.0.0/16", ids=["dxvif-aaaaaaa1"]) == routes(shown)


def test_a_path_that_does_not_stay_announces_nothing() -> None:
    """What is announced on a port that is approved itself does not count."""
    shown = announcing({"a1": ["10.1.0.0/16"], "b1": ["10.1.0.0/16"]})
    around = replace(shown.surroundings, connections=(port(decommission="approved"),))
    assert Outcome.BLOCK is getattr(routes(replace(shown, surroundings=around)), "outcome", None)


def test_the_link_that_leaves_carries_no_path() -> None:
    """A LAG whose only available link is the connection itself announces nothing once it has left."""
    shown = announcing({"a1": ["10.1.0.0/16"], "b1": ["10.1.0.0/16"]})
    on_lag = replace(OTHER, connection_id=LAG_ID)
    around = replace(shown.surroundings, lags=(group(member()),), neighbours=(on_lag,))
    assert Outcome.BLOCK is getattr(routes(replace(shown, surroundings=around)), "outcome", None)


def test_what_cannot_be_asked_is_named_for_every_gateway() -> None:
    first, second = (on_gateway(f"aaaaaaa{n}", f"dxgw-{n}") for n in (1, 2))
    hidden = [elsewhere(on_gateway(f"bbbbbbb{n}", f"dxgw-{n}"), "dxcon-another1") for n in (1, 2)]
    announced = {v.virtual_interface_id: ("10.1.0.0/16",) for v in (first, second)}
    around = replace(AROUND, neighbours=tuple(hidden), routes=announced)
    assert unknown("dxvif-bbbbbbb1, dxvif-bbbbbbb2") == routes(evidence(first, second, around=around))


def test_the_prefixes_that_cover_one() -> None:
    default, half = (4, 0, 0), (4, 1 << 31, 1)
    assert [(4, 3 << 30, 2), half, default] == list(covering((4, 3 << 30, 2)))
    assert ["nonsense"] == list(covering("nonsense"))


def test_each_gateway_for_itself() -> None:
    other_gateway = on_gateway("aaaaaaa2", "dxgw-2")
    shown = announcing({"a1": ["10.1.0.0/16"], "b1": ["10.1.0.0/16"]})
    announced = {**(shown.surroundings.routes or {}), "dxvif-aaaaaaa2": ("10.1.0.0/16",)}
    around = replace(shown.surroundings, routes=announced)
    expected = lost("dxvif-aaaaaaa2: 10.1.0.0/16", ids=["dxvif-aaaaaaa2"])
    assert expected == routes(evidence(LEAVING, other_gateway, around=around))


class TestWhatCannotBeCompared:
    def test_routes_here_that_aws_does_not_tell(self) -> None:
        shown = announcing({"b1": ["10.1.0.0/16"]}, refused="No")
        shown = replace(evidence(LEAVING), surroundings=shown.surroundings)
        expected = warns('the routes of dxvif-aaaaaaa1 could not be compared; AWS said: "No"')
        assert expected == routes(shown)

    def test_no_path_that_can_be_asked(self) -> None:
        shown = announcing({"a1": ["10.1.0.0/16"], "a2": ["10.2.0.0/16"]})
        assert unknown("dxvif-bbbbbbb1, dxvif-bbbbbbb2") == routes(shown)

    def test_one_path_that_can_be_asked_decides(self) -> None:
        """The other one may announce it or not: that is not known, so it does not count."""
        shown = announcing({"a1": ["10.1.0.0/16"], "b2": []}, refused="No")
        assert lost("dxvif-aaaaaaa1: 10.1.0.0/16", ids=["dxvif-aaaaaaa1"]) == routes(shown)

    def test_a_path_in_another_account(self) -> None:
        attachment = Attachment(
            gateway_id=GATEWAY,
            virtual_interface_id="dxvif-ccccccc1",
            region="eu-central-1",
            owner_account=OTHER_ACCOUNT,
            state="attached",
        )
        around = replace(AROUND, routes={"dxvif-aaaaaaa1": ("10.1.0.0/16",)}, attachments=(attachment,))
        assert unknown("dxvif-ccccccc1") == routes(evidence(LEAVING, around=around))

    @pytest.mark.parametrize("announced", [("10.1.0.0/16",), ()], ids=["something", "nothing"])
    def test_an_interface_without_a_gateway(self, announced: tuple[str, ...]) -> None:
        public = replace(on_gateway("aaaaaaa1", None), type="public")
        around = replace(AROUND, routes={"dxvif-aaaaaaa1": announced})
        expected = unknown("dxvif-aaaaaaa1") if announced else COVERED
        assert expected == routes(evidence(public, around=around))


def test_routes_that_were_not_asked_for() -> None:
    assert None is routes(evidence(LEAVING, around=replace(AROUND, routes=None)))
