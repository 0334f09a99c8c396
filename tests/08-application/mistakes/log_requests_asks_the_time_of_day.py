"""replaces: logs.log_requests
caught by: test_7_logs.py::test_a_clock_that_is_set_back_changes_no_time

`time.time()` jumps when somebody sets the clock: a request then took an hour, or less than nothing.
"""


def log_requests(request, next):
    token = request_id.set(request.id)
    try:
        began = time.time()
        response = next(request)
        fields = {
            "method": request.method,
            "path": quote(request.path, safe=PATH_SAFE),
            "status": response.status,
            "milliseconds": round((time.time() - began) * 1000, 1),
            "client": request.remote_addr,
        }
        message = f"{fields['method']} {fields['path']} {fields['status']}"
        request_log.info(message, extra={"fields": fields})
        response.headers["X-Request-ID"] = request.id
        return response
    finally:
        request_id.reset(token)
