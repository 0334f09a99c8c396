"""replaces: http.keeps_alive
caught by: test_4_framing.py::test_keeps_alive

`in` on the text of the field works for all that browsers send, and finds `close` in `closed` as well.
"""


def keeps_alive(version, fields):
    connection = fields.get("connection", "").lower()
    if "close" in connection:
        return False
    return version == "HTTP/1.1" or "keep-alive" in connection
