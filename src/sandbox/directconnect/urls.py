"""The URLs at which moto's server answers Direct Connect."""

from sandbox.directconnect.responses import DirectConnectResponse

url_bases = [r"https?://directconnect\.(.+)\.amazonaws\.com"]

url_paths = {"{0}/$": DirectConnectResponse.dispatch}
