"""replaces: wsgi.ResponseWriter.start_response
caught by: test_3_start_response.py::test_after_the_head_the_error_comes_back

exc_info is taken for a permission to answer anew, also when the first answer is on its way.
"""


def start_response(self, status, fields, exc_info=None):
    if self.head and exc_info is None:
        raise ApplicationError("start_response was called a second time without exc_info")
    length, self.dated = check_fields(status, fields)
    if length is not None and status.startswith("204"):
        fields = [field for field in fields if field[0].lower() != "content-length"]
    self.head = response_head(status, fields)
    self.status = int(status[:3])
    self.bodiless = not may_have_body(self.request.method, self.status)
    self.remaining = length
    return self.write
