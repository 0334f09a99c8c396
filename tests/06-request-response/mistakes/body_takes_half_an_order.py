"""replaces: request.Request.body
caught by: test_2_body.py::test_cut_short_is_400

A guest who hangs up in the middle leaves fewer bytes than declared, and nobody counts them.
"""


def body(self):
    if "files" in self.__dict__ and self.content_type == "multipart/form-data":
        raise RuntimeError("the body went into form and files already; ask for it before them")
    stream = self.environ["wsgi.input"]
    length = self.content_length
    if length is None:
        terminated = self.environ.get("wsgi.input_terminated")
        length = self.max_body + 1 if terminated else 0
    elif length > self.max_body:
        raise HTTPError(413, f"a body has at most {self.max_body} bytes here")
    data = stream.read(length)
    if len(data) > self.max_body:
        raise HTTPError(413, f"a body has at most {self.max_body} bytes here")
    return data
