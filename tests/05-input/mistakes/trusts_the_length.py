"""replaces: multipart.read_events
caught by: test_7_uploads.py::test_a_body_that_is_too_large

The server has told the length, so the limit is checked once. A body in chunks has none.
"""


def read_events(parser, stream, length, max_size):
    if length is not None and length > max_size:
        raise ProtocolError(413, "too large")
    left = BLOCK if length is None else length
    while not parser.done:
        data = stream.read(min(BLOCK, left))
        if not data:
            break
        if length is not None:
            left -= len(data)
        yield from parser.feed(data)
    parser.close()
