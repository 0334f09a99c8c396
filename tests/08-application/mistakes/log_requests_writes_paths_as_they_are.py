"""replaces: logs.log_requests
caught by: test_7_logs.py::test_a_path_cannot_write_a_line

The path is text like any other; a line break in it forges a line of the log.
"""


def log_requests(request, next):
    token = request_id.set(request.id)
    try:
        began = time.perf_counter()
        response = next(request)
        fields = {
            "method": request.method,
            "path": request.path,
            "status": response.status,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            "client": request.remote_addr,
        }
        message = f"{request.method} {request.path} {response.status}"
        request_log.info(message, extra={"fields": fields})
        response.headers["X-Request-ID"] = request.id
        return response
    finally:
        request_id.reset(token)
