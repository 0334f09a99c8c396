"""replaces: logs.log_requests
caught by: test_7_logs.py::test_the_id_before_comes_back

Without a finally the thread keeps the id of a request that failed, and the next lines of another
get it.
"""


def log_requests(request, next):
    request_id.set(request.id)
    began = time.perf_counter()
    response = next(request)
    fields = {
        "method": request.method,
        "path": quote(request.path, safe=PATH_SAFE),
        "status": response.status,
        "milliseconds": round((time.perf_counter() - began) * 1000, 1),
        "client": request.remote_addr,
    }
    message = f"{fields['method']} {fields['path']} {fields['status']}"
    request_log.info(message, extra={"fields": fields})
    response.headers["X-Request-ID"] = request.id
    request_id.set("")
    return response
