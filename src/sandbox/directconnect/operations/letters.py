"""The Letter of Authorization and Connecting Facility Assignment (LOA-CFA): a PDF that any viewer opens."""

from sandbox.directconnect.calls import Answer, Call
from sandbox.directconnect.exceptions import DirectConnectClientException
from sandbox.directconnect.world import World


def describe_loa(world: World, call: Call) -> Answer:
    """Return the letter of a connection or a LAG, and note the time of issue of a connection, as AWS does."""
    id_ = call.parameters["connectionId"]
    if id_ in world.lags:
        lag = world.lag(id_, call.moment)
        return _letter(lag.id, lag.location, call)
    connection = world.connection(id_, call.moment)
    if connection.is_hosted and not world.behaviour.loa_for_hosted_connections:
        raise DirectConnectClientException(f"Connection {connection.id} is a hosted connection and has no LOA-CFA.")
    connection.loa_issue_time = call.moment
    return _letter(connection.id, connection.location, call)


def _letter(id_: str, location: str, call: Call) -> Answer:
    place, day = f"{id_} at {location}", f"issued {call.moment:%Y-%m-%d}"
    return {"loaContent": pdf(["Letter of Authorization", place, day]), "loaContentType": "application/pdf"}


def pdf(lines: list[str]) -> bytes:
    """Write one page of plain text."""
    text = " ".join(f"({line.translate(_ESCAPES)}) Tj T*" for line in lines)
    stream = f"BT /F1 14 Tf 18 TL 72 720 Td {text} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return f"{content}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("ascii", "replace")


_ESCAPES = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})
