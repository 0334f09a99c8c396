"""replaces: http.encode_chunk
caught by: test_7_answer.py::test_an_empty_chunk_is_never_sent

Nothing seems special about no data. Its chunk has the size 0, and that is how a body ends.
"""


def encode_chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)
