"""A Lambda backend that runs functions in a runtime of the sandbox; moto's own needs Docker."""

import json
import threading
from typing import Any, override

from moto.awslambda.models import LambdaBackend as MotoLambdaBackend
from moto.awslambda.models import lambda_backends

from sandbox.runtime import Runtime


class LambdaBackend(MotoLambdaBackend):
    """Passes each invocation to the runtime, with the environment variables of the template."""

    runtime: Runtime | None = None

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.failed_later: list[str] = []
        # Held by whoever makes something visible that functions are invoked for, until they are.
        self.delivering = threading.Lock()
        self._later: list[threading.Thread] = []

    @override
    def invoke(
        self, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
    ) -> str | bytes | None:
        function = self.get_function(function_name, qualifier)
        if self.runtime is None:
            raise RuntimeError("the sandbox has no runtime to run a function in")
        # For moto, a number in the template is not a text.
        environment = {name: str(value) for name, value in function.environment_vars.items()}
        payload = body.encode() if isinstance(body, str) else body
        invocation = self.runtime.invoke(str(function.handler), payload or b"{}", environment)
        if invocation.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return invocation.payload

    def invoke_later(self, function_name: str, event: object) -> None:
        """Invoke a function without waiting, as EventBridge does; Lambda tries three times, this tries once."""
        thread = threading.Thread(target=self._invoke_and_note, args=(function_name, json.dumps(event)))
        thread.start()
        # Only now: a thread that has not started cannot be waited for.
        self._later.append(thread)

    def _invoke_and_note(self, function_name: str, payload: str) -> None:
        headers: dict[str, str] = {}
        self.invoke(function_name, None, payload, {}, headers)
        if "x-amz-function-error" in headers:
            self.failed_later.append(function_name)

    def settle(self) -> None:
        """Wait until every function that EventBridge invoked has ended, and those that were invoked meanwhile."""
        with self.delivering:
            pass
        while self._later:
            self._later.pop().join()


def install() -> None:
    """Have moto make our backend from now on."""
    lambda_backends.backend = LambdaBackend
