"""replaces: http.parse_trailers
caught by: test_5_chunk_lines.py::test_no_framing_in_trailers

Trailers are fields, so `parse_fields` seems to be all there is to do. A later merge with the head's
fields would then overwrite what the request was routed and framed by.
"""


def parse_trailers(lines):
    for line in lines:
        if line.translate(None, HEAD_BYTES) or b"\r" in line or b"\n" in line:
            raise ProtocolError(400, "a control character")
    return parse_fields([line.decode("latin-1") for line in lines])
