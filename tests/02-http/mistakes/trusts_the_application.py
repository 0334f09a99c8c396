"""replaces: http.response_head
caught by: test_7_answer.py::test_a_split_response

Values come from our own code, so why check them? One of them will be a Location that a client has sent.
"""


def response_head(status, fields):
    lines = [f"HTTP/1.1 {status}\r\n", *(f"{name}: {value}\r\n" for name, value in fields), "\r\n"]
    return "".join(lines).encode("latin-1")
