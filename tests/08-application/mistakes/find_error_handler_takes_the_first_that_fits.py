"""replaces: app.find_error_handler
caught by: test_2_errors.py::test_the_closest_class_is_taken

`isinstance` in a loop works, until somebody registers Exception before KeyError.
"""


def find_error_handler(error, routers, *, debug=False):
    for router in reversed(routers):
        handlers = router.error_handlers
        if isinstance(error, HTTPError) and error.status in handlers:
            return handlers[error.status]
        for key, handler in handlers.items():
            if not isinstance(key, int) and isinstance(error, key):
                return handler
        if 500 in handlers and not isinstance(error, HTTPError) and not debug:
            return handlers[500]
    return None
