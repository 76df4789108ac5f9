"""A Lambda backend that runs functions in a runtime of the sandbox, where moto's own needs Docker."""

from typing import Any, override

from moto.awslambda.models import LambdaBackend as MotoLambdaBackend
from moto.awslambda.models import lambda_backends

from sandbox.runtime import Runtime


class LambdaBackend(MotoLambdaBackend):
    """Hands each invocation, with the environment that the template gave the function, to the runtime."""

    runtime: Runtime | None = None

    @override
    def invoke(
        self, function_name: str, qualifier: str | None, body: Any, headers: Any, response_headers: Any
    ) -> str | bytes | None:
        function = self.get_function(function_name, qualifier)
        if self.runtime is None:
            raise RuntimeError("the sandbox has no runtime to run a function in")
        # moto keeps a number of the template a number.
        environment = {name: str(value) for name, value in function.environment_vars.items()}
        payload = body.encode() if isinstance(body, str) else body
        invocation = self.runtime.invoke(payload or b"{}", environment)
        if invocation.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return invocation.payload


def install() -> None:
    """Have moto make our backend from now on."""
    lambda_backends.backend = LambdaBackend
