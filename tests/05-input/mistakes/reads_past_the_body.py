"""replaces: multipart.read_events
caught by: test_7_uploads.py::test_blocks_within_the_length

A stream ends where the body ends, so reading whole blocks is safe. Not with every server: there the next
request is read too, or the call waits for ever.
"""


def read_events(parser, stream, length, max_size):
    if length is not None and length > max_size:
        raise ProtocolError(413, "too large")
    size = 0
    while not parser.done:
        data = stream.read(BLOCK)
        if not data:
            break
        size += len(data)
        if size > max_size:
            raise ProtocolError(413, "too large")
        yield from parser.feed(data)
    parser.close()
