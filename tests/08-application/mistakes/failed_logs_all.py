"""replaces: app.App.failed
caught by: test_2_errors.py::test_a_foreseen_error_is_not_logged

Whatever is no HTTPError is logged, also what a handler made a 404 of on purpose: the log fills
with tracebacks that nobody reads.
"""


def failed(self, request, error, routers):
    if isinstance(error, ProtocolError):
        error = HTTPError(error.status, error.message)
    if not isinstance(error, HTTPError):
        log.error("%r failed, reference %s", request, request.id, exc_info=error)
        if request_failed.receivers:
            request_failed.send(self, request=request, error=error)
    return self.answer_error(request, error, routers)
