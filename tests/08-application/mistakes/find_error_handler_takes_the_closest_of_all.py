"""replaces: app.find_error_handler
caught by: test_2_errors.py::test_the_innermost_router_decides

The closest class sounds best, wherever it is registered; but then the staff's room can't have its
own page for all errors.
"""


def find_error_handler(error, routers, *, debug=False):
    keys = list(type(error).__mro__)
    if isinstance(error, HTTPError):
        keys.insert(0, error.status)
    elif not debug:
        keys.append(500)
    for key in keys:
        for router in reversed(routers):
            if key in router.error_handlers:
                return router.error_handlers[key]
    return None
