"""
The sandbox from the command line.

    python -m sandbox run events/decommission.json    deploy, start the state machine with the event, and watch
    python -m sandbox serve                           deploy, and answer on a port until interrupted
"""

import argparse
import contextlib
import json
import socket
import threading
from pathlib import Path

from sandbox import view, world
from sandbox.aws import Sandbox
from sandbox.runtime import InProcess, LambdaRuntime, Runtime


def main() -> int:
    parser = _parser()
    arguments = parser.parse_args()
    try:
        event = json.loads(arguments.event.read_text("utf-8-sig")) if arguments.command == "run" else None
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((arguments.host, arguments.port))
    except json.JSONDecodeError as error:
        parser.error(f"{arguments.event} is not JSON: {error}")
    except (OSError, OverflowError, UnicodeDecodeError) as error:
        where = f"{arguments.host}:{arguments.port}: " if isinstance(error, OSError) and not error.filename else ""
        parser.exit(2, f"sandbox: {where}{error}\n")
    with Sandbox(_runtime(arguments), host=arguments.host, port=arguments.port) as sandbox:
        world.build(sandbox)
        return _run(sandbox, event) if arguments.command == "run" else _serve(sandbox)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="AWS on this machine, with the application deployed.")
    parser.add_argument(
        "--package", type=Path, help="the folder that sam build made, to run under the real Lambda runtime"
    )
    parser.add_argument("--emulator", type=Path, help="the aws-lambda-rie binary for --package")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", default=0, type=int, help="the port to listen on; 0 takes any free one")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start the state machine with an event, and watch it")
    run.add_argument("event", type=Path)
    commands.add_parser("serve", help="answer until interrupted")
    return parser


def _runtime(arguments: argparse.Namespace) -> Runtime:
    if arguments.package:
        return LambdaRuntime(arguments.package.resolve(), arguments.emulator.resolve())
    return InProcess()


def _run(sandbox: Sandbox, event: object) -> int:
    """Return 0 if the execution succeeded, otherwise 1."""
    out = view.console()
    arn = sandbox.start(event)
    try:
        view.watch(sandbox, arn, out)
    except KeyboardInterrupt:
        return 130
    view.summary(sandbox, arn, out)
    execution = sandbox.execution(arn)
    return 0 if execution["status"] == "SUCCEEDED" else 1


def _serve(sandbox: Sandbox) -> int:
    out = view.console()
    out.print(view.world_table(sandbox.direct_connect, title=f"the sandbox answers at {sandbox.endpoint_url}"))
    out.print("state machine:", sandbox.stack.outputs["StateMachineArn"], soft_wrap=True)
    out.print("credentials:   any; region: " + sandbox.session.region_name)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
