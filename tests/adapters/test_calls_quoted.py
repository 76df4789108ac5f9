"""AWS's error messages are quoted in our errors, raw response bodies are not."""

import pytest

from decommission.calls import MOST_CHARACTERS, quoted


def not_quoted(characters: int) -> str:
    return (
        f"an answer that is not an error message ({characters} characters, not quoted here because it may hold secrets)"
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("Connection does not exist", "Connection does not exist", id="as it is"),
        pytest.param("", "", id="empty"),
        pytest.param(None, "", id="none"),
        pytest.param("a\tb\r\nc\x00\x1b[31m", "a\\tb\\r\\nc\\x00\\x1b[31m", id="control characters"),
        pytest.param("Fl\u00fcgel \u2026 \U0001f600", "Fl\\xfcgel \\u2026 \\U0001f600", id="not ASCII"),
        pytest.param("\ud800", "\\ud800", id="half a surrogate"),
        pytest.param("x" * 500, "x" * 500, id="500 characters"),
        pytest.param("x" * 501, "x" * 497 + "...", id="501 characters"),
        pytest.param("\u00fc" * 126, "\\xfc" * 124 + "\\..."[:4], id="500 characters once escaped"),
        pytest.param("no {braces} at the start", "no {braces} at the start", id="braces inside"),
    ],
)
def test_a_message_is_quoted(message: object, expected: str) -> None:
    assert expected == quoted(message)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param('{"virtualInterfaces": [', id="an object"),
        pytest.param(' \r\n\t["0x1"]', id="a list after blanks"),
        pytest.param("\ufeff<html>", id="markup after a byte order mark"),
        pytest.param("... 1, authKey: 0x1", id="authKey"),
        pytest.param("... AUTHKEY=0x1", id="authKey in another case"),
        pytest.param("... <bgp_auth_key>0x1</bgp_auth_key>", id="bgp_auth_key"),
        pytest.param("... customerRouterConfig", id="customerRouterConfig"),
        pytest.param("x" * 10_000 + "authKey", id="far behind what is kept"),
        pytest.param({"a": "0x1"}, id="no text"),
        pytest.param(["0x1"], id="a list"),
    ],
)
def test_a_body_is_not_quoted(message: object) -> None:
    assert not_quoted(len(str(message))) == quoted(message)


@pytest.mark.parametrize("character", ["x", "\n", "\u00fc", "\u2026", "\U0001f600"], ids=ascii)
@pytest.mark.parametrize("count", [1, 49, 125, 167, 499, 500, 501, 100_000])
def test_a_quotation_is_short_and_printable(count: int, character: str) -> None:
    words = quoted(character * count)

    assert len(words) <= MOST_CHARACTERS
    assert words.isascii()
    assert words.isprintable()
