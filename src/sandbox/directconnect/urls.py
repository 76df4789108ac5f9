"""Where moto finds the backend."""

from sandbox.directconnect.responses import DirectConnectResponse

url_bases = [r"https?://directconnect\.(.+)\.amazonaws\.com"]

url_paths = {"{0}/$": DirectConnectResponse.dispatch}
