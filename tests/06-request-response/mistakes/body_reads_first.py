"""replaces: request.Request.body
caught by: test_2_body.py::test_too_long_is_413_before_it_is_read

Looking at the length after reading: the memory is full by then.
"""


def body(self):
    if "files" in self.__dict__ and self.content_type == "multipart/form-data":
        raise RuntimeError("the body went into form and files already; ask for it before them")
    stream = self.environ["wsgi.input"]
    length = self.content_length
    if length is None:
        terminated = self.environ.get("wsgi.input_terminated")
        data = stream.read(self.max_body + 1) if terminated else b""
        length = len(data)
    else:
        data = stream.read(length)
    if len(data) > self.max_body or length > self.max_body:
        raise HTTPError(413, f"a body has at most {self.max_body} bytes here")
    if len(data) < length:
        raise HTTPError(400, f"the body ends after {len(data)} of {length} bytes")
    return data
