"""replaces: http.parse_chunk_size
caught by: test_5_chunk_lines.py::test_a_size_is_nothing_else

`int(text, 16)` reads hexadecimal; that it takes `+5`, `0x5`, ` 5 ` and `5_0` as well is easy to miss.
"""


def parse_chunk_size(line):
    if len(line) > MAX_CHUNK_LINE:
        raise ProtocolError(400, "the line is too long")
    digits, _, extension = line.partition(b";")
    if extension.translate(None, HEAD_BYTES) or b"\r" in extension or b"\n" in extension:
        raise ProtocolError(400, "a control character")
    try:
        size = int(digits, 16)
    except ValueError:
        raise ProtocolError(400, "not a chunk size") from None
    if size < 0 or len(digits) > 15:
        raise ProtocolError(400, "not a chunk size")
    return size
