"""How resources are named in the sentences that people read."""

from collections.abc import Iterable, Sized
from datetime import UTC, datetime

from decommission.models import VirtualInterface

MOST_NAMED = 60
# Letters and marks that are drawn as nothing, by Unicode's Default_Ignorable_Code_Point. Python calls them printable.
DRAWN_AS_NOTHING = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0))
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def counted(things: Sized, name: str = "virtual interface") -> str:
    return several(len(things), name)


def several(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def are(things: Sized) -> str:
    return "is" if len(things) == 1 else "are"


def have(things: Sized) -> str:
    return "has" if len(things) == 1 else "have"


def described(v: VirtualInterface) -> str:
    vlan = f", VLAN {v.vlan}" if v.vlan is not None else ""
    return f"{v.virtual_interface_id} ({v.type}{vlan}, {v.state})"


def described_all(virtual_interfaces: Iterable[VirtualInterface]) -> str:
    return listed(map(described, virtual_interfaces))


def listed(names: Iterable[str], most: int = MOST_NAMED) -> str:
    """Join names; the rest beyond ``most`` is only counted, so that a sentence cannot outgrow a result."""
    all_ = list(names)
    rest = f" and {len(all_) - most} more" if len(all_) > most else ""
    return ", ".join(all_[:most]) + rest


def moment(at: datetime) -> str:
    """Spell a time in UTC for people; documents hold it as ISO 8601 has it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def visible(text: str) -> str:
    """
    Spell out what cannot be seen: control characters, line breaks, and whatever turns the text around it or is nothing.

    A name must not read as another one, nor as a sentence of ours.
    """
    return "".join(
        one if one.isprintable() and one not in DRAWN_AS_NOTHING else one.encode("unicode-escape").decode()
        for one in text
    )


def shortened(text: str, most: int, whole: str = "") -> str:
    """Cut so many characters out of the middle that this many are left; ``whole`` says where all of it is."""
    if len(text) <= most:
        return text
    # What to do stands at the end.
    tail = most // 2
    see = f"; see {whole}" if whole else ""
    return f"{text[: most - tail]} ({len(text) - most} characters left out{see}) {text[-tail:]}"
