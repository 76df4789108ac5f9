"""What the command line refuses before it deploys anything."""

import socket
from pathlib import Path

import pytest

from sandbox.__main__ import main


def refusal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr("sys.argv", ["sandbox", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert 2 == stopped.value.code
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "No such file or directory"), ("", "is not JSON"), ("{", "is not JSON"), (b"\xff", "can't decode")],
    ids=["missing", "empty", "cut", "no text"],
)
def test_an_event_that_cannot_be_read(
    content: str | bytes | None,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = tmp_path / "event.json"
    if content is not None:
        event.write_bytes(content.encode() if isinstance(content, str) else content)
    assert expected in refusal(monkeypatch, capsys, "run", str(event))


def test_an_address_that_is_taken_or_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "Address already in use" in refusal(monkeypatch, capsys, "--port", port, "serve")
    assert "port must be 0-65535" in refusal(monkeypatch, capsys, "--port", "99999", "serve")
