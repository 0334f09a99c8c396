"""replaces: http.response_head
caught by: test_7_answer.py::test_fields_that_come_only_once

Checking first and writing then is a clear way to put it. A generator is empty the second time, so the answer
has no fields.
"""


def response_head(status, fields):
    if not STATUS.match(status):
        raise ValueError("not a status")
    for name, value in fields:
        if not TOKEN.fullmatch(name) or value.encode("latin-1").translate(None, HEAD_BYTES):
            raise ValueError("not a field")
        if "\r" in value or "\n" in value:
            raise ValueError("a line end in a value")
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    if "\r" in status or "\n" in status or status.encode("latin-1").translate(None, HEAD_BYTES):
        raise ValueError("a control character in the status")
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1")
