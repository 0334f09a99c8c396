"""replaces: request.Request.body
caught by: test_2_body.py::test_the_body_is_as_long_as_declared

Reading to the end works on a server that marks it, and waits for ever on another.
"""


def body(self):
    if "files" in self.__dict__ and self.content_type == "multipart/form-data":
        raise RuntimeError("the body went into form and files already; ask for it before them")
    data = self.environ["wsgi.input"].read()
    if len(data) > self.max_body:
        raise HTTPError(413, f"a body has at most {self.max_body} bytes here")
    return data
