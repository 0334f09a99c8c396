"""replaces: request.Request.body
caught by: test_2_body.py::test_a_declared_length_counts_where_the_end_is_marked

The server marks the end, so the length is not looked at: half an order is cooked.
"""


def body(self):
    if "files" in self.__dict__ and self.content_type == "multipart/form-data":
        raise RuntimeError("the body went into form and files already; ask for it before them")
    stream = self.environ["wsgi.input"]
    length = self.content_length
    if self.environ.get("wsgi.input_terminated"):
        data = stream.read(self.max_body + 1)
        length = len(data)
    elif length is None:
        return b""
    if length > self.max_body:
        raise HTTPError(413, f"a body has at most {self.max_body} bytes here")
    if not self.environ.get("wsgi.input_terminated"):
        data = stream.read(length)
    if len(data) < length:
        raise HTTPError(400, f"the body ends after {len(data)} of {length} bytes")
    return data
