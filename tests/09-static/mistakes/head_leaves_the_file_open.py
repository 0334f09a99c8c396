"""replaces: static.FileResponse.__call__
caught by: test_5_pieces.py::test_head

HEAD has no body, so there is nothing to do. But there is a file to close.
"""


def __call__(self, environ, start_response):
    wrapper = environ.get("wsgi.file_wrapper")
    if environ["REQUEST_METHOD"] == "HEAD":
        start_response(STATUS_LINES[self.status], list(self.fields))
        return []
    if wrapper is None or self.status != 200 or not isinstance(self.body, Pieces):
        return super(FileResponse, self).__call__(environ, start_response)
    start_response(STATUS_LINES[self.status], list(self.fields))
    return wrapper(self.body.file, BLOCK)
