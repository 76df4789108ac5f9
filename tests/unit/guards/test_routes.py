"""The guard of routes: another path must announce each prefix that is announced here, or a shorter one."""

from dataclasses import replace
from typing import Any

import pytest

from decommission.guards.evidence import Evidence, Finding, blocks, passes, warns
from decommission.guards.routes import covering, routes
from decommission.run import Outcome
from tests.support.evidence import AROUND, ATTACHMENT, GATEWAY, elsewhere, evidence, group, member, on_gateway, port
from tests.support.strategies import LAG_ID

LEAVING, SECOND = on_gateway("aaaaaaa1", GATEWAY), on_gateway("aaaaaaa2", GATEWAY)
OTHER = elsewhere(on_gateway("bbbbbbb1", GATEWAY))
THIRD = elsewhere(on_gateway("bbbbbbb2", GATEWAY))
COVERED = passes("every prefix that is announced here is announced on another path of its gateway, equal or shorter")


def announcing(routes: dict[str, list[str]], *, refused: str | None = None) -> Evidence:
    """Make evidence of these prefixes by interface: a1 and a2 are to be deleted, b1 and b2 are other paths."""
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
        *[("10.1.0.0/16", there) for there in ("10.1.0.0/16", "10.0.0.0/15", "10.0.0.0/8", "0.0.0.0/1")],
        *[("2001:db8:1::/48", there) for there in ("2001:db8:1::/48", "2001:DB8:0::/32", "::/1")],
        *[("10.1.2.3/32", "10.1.2.2/31"), ("10.1.2.3/16", "10.1.9.9/16"), ("10.1.2.3", "10.1.2.3/32")],
        *[
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
            ("2001:db8::1/128", "2001:db8::/127"),
            ("nonsense", "nonsense"),
            ("", ""),
        ],
    ],
)
def test_a_prefix_is_covered_by_another(here: str, there: str) -> None:
    assert COVERED == routes(announcing({"a1": [here], "b1": [there]}))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        *[("10.1.0.0/16", "10.1.0.0/17"), ("10.1.0.0/16", "10.2.0.0/16"), ("10.2.0.0/16", "10.0.0.0/15")],
        *[("10.1.2.1/32", "10.1.2.2/31"), ("0.0.0.0/0", "0.0.0.0/1")],
        *[("2001:db8:1::/48", "2001:db8:1::/49"), ("2001:db8:2::/48", "2001:db8:1::/48")],
        # IPv4 and IPv6 do not cover each other.
        *[("::/0", "0.0.0.0/0"), ("0.0.0.0/0", "::/0"), ("::a01:0/112", "10.1.0.0/16")],
        *[("10.1.0.0/33", "0.0.0.0/0"), ("nonsense", "0.0.0.0/0"), ("nonsense", "Nonsense")],
    ],
)
def test_a_prefix_is_not_covered_by_another(here: str, there: str) -> None:
    expected = lost(f"dxvif-aaaaaaa1: {here}", ids=["dxvif-aaaaaaa1"])
    assert expected == routes(announcing({"a1": [here], "b1": [there]}))


class TestDefaultRoutes:
    """Where a default route leads, nobody can tell here."""

    @pytest.mark.parametrize(("here", "there"), [("10.1.0.0/16", "0.0.0.0/0"), ("2001:db8::/32", "::/0")])
    def test_what_only_a_default_route_covers_is_named(self, here: str, there: str) -> None:
        expected = f"covered elsewhere only by a default route: dxvif-aaaaaaa1: {here}; make sure that it leads there"
        assert warns(expected) == routes(announcing({"a1": [here], "b1": [there]}))

    def test_what_something_else_covers_as_well_is_not(self) -> None:
        assert COVERED == routes(announcing({"a1": ["10.1.0.0/16"], "b1": ["0.0.0.0/0"], "b2": ["10.0.0.0/8"]}))

    def test_what_nothing_covers_still_blocks(self) -> None:
        shown = announcing({"a1": ["10.1.0.0/16", "2001:db8::/32"], "b1": ["0.0.0.0/0"]})
        assert lost("dxvif-aaaaaaa1: 2001:db8::/32", ids=["dxvif-aaaaaaa1"]) == routes(shown)

    def test_routes_that_are_not_known_are_named_beside_it(self) -> None:
        shown = announcing({"a1": ["10.1.0.0/16"], "b1": ["0.0.0.0/0"]})
        unseen = on_gateway("aaaaaaa2", GATEWAY)
        found = routes(evidence(LEAVING, unseen, around=shown.surroundings))
        assert found == warns(
            "the routes of dxvif-aaaaaaa2 could not be compared; covered elsewhere only by a default route: "
            "dxvif-aaaaaaa1: 10.1.0.0/16; make sure that it leads there"
        )


def test_every_lost_prefix_is_named() -> None:
    here = {"a1": [f"10.{number}.0.0/16" for number in (1, 2, 3, 4)], "a2": ["10.2.0.0/16", "10.5.0.0/16"]}
    shown = announcing(here | {"b1": ["10.2.0.0/16"], "b2": ["10.4.0.0/16"]})
    named = ["dxvif-aaaaaaa1: 10.1.0.0/16, 10.3.0.0/16", "dxvif-aaaaaaa2: 10.5.0.0/16"]
    assert lost(*named, ids=["dxvif-aaaaaaa1", "dxvif-aaaaaaa2"]) == routes(shown)


@pytest.mark.parametrize(("interfaces", "named"), [(1, 60), (2, 30), (20, 3), (51, 3)])
def test_a_reason_is_bounded(interfaces: int, named: int) -> None:
    prefixes = tuple(f"10.{number}.0.0/16" for number in range(100))
    leaving = [on_gateway(f"aaaaaa{number}", GATEWAY) for number in range(interfaces)]
    finding = routes(
        evidence(*leaving, around=replace(AROUND, routes={v.virtual_interface_id: prefixes for v in leaving}))
    )
    reason = getattr(finding, "reason", "")
    assert (interfaces * named, interfaces) == (reason.count("/16"), reason.count(f" and {100 - named} more"))


def test_nothing_is_announced_here() -> None:
    assert COVERED == routes(announcing({"a1": [], "b1": ["10.1.0.0/16"]})) == routes(announcing({"a1": []}))


def test_there_is_no_other_path() -> None:
    shown = evidence(LEAVING, around=replace(AROUND, routes={"dxvif-aaaaaaa1": ("10.1.0.0/16",)}))
    assert lost("dxvif-aaaaaaa1: 10.1.0.0/16", ids=["dxvif-aaaaaaa1"]) == routes(shown)


@pytest.mark.parametrize(
    "around",
    [
        pytest.param({"connections": (port(decommission="approved"),)}, id="approved for decommission"),
        pytest.param({"lags": (group(member()),), "neighbours": (replace(OTHER, connection_id=LAG_ID),)}, id="own LAG"),
    ],
)
def test_a_port_that_does_not_stay_is_no_path(around: dict[str, Any]) -> None:
    shown = announcing({"a1": ["10.1.0.0/16"], "b1": ["10.1.0.0/16"]})
    shown = replace(shown, surroundings=replace(shown.surroundings, **around))
    assert Outcome.BLOCK is getattr(routes(shown), "outcome", None)


def test_each_gateway_needs_a_path_of_its_own() -> None:
    shown = announcing({"a1": ["10.1.0.0/16"], "b1": ["10.1.0.0/16"]})
    announced = {**(shown.surroundings.routes or {}), "dxvif-aaaaaaa2": ("10.1.0.0/16",)}
    around = replace(shown.surroundings, routes=announced)
    expected = lost("dxvif-aaaaaaa2: 10.1.0.0/16", ids=["dxvif-aaaaaaa2"])
    assert expected == routes(evidence(LEAVING, on_gateway("aaaaaaa2", "dxgw-2"), around=around))


class TestUnknownRoutes:
    def test_aws_refuses_to_list_the_routes_here(self) -> None:
        shown = announcing({"b1": ["10.1.0.0/16"]}, refused="No")
        expected = warns('the routes of dxvif-aaaaaaa1 could not be compared; AWS said: "No"')
        assert expected == routes(replace(evidence(LEAVING), surroundings=shown.surroundings))

    def test_the_routes_of_no_other_path_are_known(self) -> None:
        shown = announcing({"a1": ["10.1.0.0/16"], "a2": ["10.2.0.0/16"]})
        assert unknown("dxvif-bbbbbbb1, dxvif-bbbbbbb2") == routes(shown)

    def test_an_unknown_path_does_not_count_beside_a_known_one(self) -> None:
        shown = announcing({"a1": ["10.1.0.0/16"], "b2": []}, refused="No")
        assert lost("dxvif-aaaaaaa1: 10.1.0.0/16", ids=["dxvif-aaaaaaa1"]) == routes(shown)

    def test_the_unknown_paths_of_every_gateway_are_named(self) -> None:
        first, second = (on_gateway(f"aaaaaaa{n}", f"dxgw-{n}") for n in (1, 2))
        hidden = [elsewhere(on_gateway(f"bbbbbbb{n}", f"dxgw-{n}"), "dxcon-another1") for n in (1, 2)]
        announced = {v.virtual_interface_id: ("10.1.0.0/16",) for v in (first, second)}
        around = replace(AROUND, neighbours=tuple(hidden), routes=announced)
        assert unknown("dxvif-bbbbbbb1, dxvif-bbbbbbb2") == routes(evidence(first, second, around=around))

    def test_a_path_in_another_region(self) -> None:
        around = replace(AROUND, routes={"dxvif-aaaaaaa1": ("10.1.0.0/16",)}, attachments=(ATTACHMENT,))
        assert unknown("dxvif-ccccccc1") == routes(evidence(LEAVING, around=around))

    @pytest.mark.parametrize(
        ("announced", "expected"), [(("10.1.0.0/16",), unknown("dxvif-aaaaaaa1")), ((), COVERED)], ids=["some", "none"]
    )
    def test_an_interface_without_a_gateway(self, announced: tuple[str, ...], expected: Finding) -> None:
        public = replace(on_gateway("aaaaaaa1", None), type="public")
        around = replace(AROUND, routes={"dxvif-aaaaaaa1": announced})
        assert expected == routes(evidence(public, around=around))


def test_a_step_that_did_not_ask_for_routes_has_no_finding() -> None:
    assert None is routes(evidence(LEAVING, around=replace(AROUND, routes=None)))


def test_the_prefixes_that_cover_a_prefix() -> None:
    default, half = (4, 0, 0), (4, 1 << 31, 1)
    assert [(4, 3 << 30, 2), half, default] == list(covering((4, 3 << 30, 2)))
    assert ["nonsense"] == list(covering("nonsense"))
