"""replaces: static.FileResponse.__call__
caught by: test_5_pieces.py::test_the_wrapper_gets_no_parts

The server can send files, so it gets the file. It knows nothing of the part that was asked for.
"""


def __call__(self, environ, start_response):
    wrapper = environ.get("wsgi.file_wrapper")
    if wrapper is None or environ["REQUEST_METHOD"] == "HEAD" or not isinstance(self.body, Pieces):
        return super(FileResponse, self).__call__(environ, start_response)
    start_response(STATUS_LINES[self.status], list(self.fields))
    return wrapper(self.body.file, BLOCK)
