"""replaces: app.App.call_handler
caught by: test_4_dispatch.py::test_a_handler_is_called_with_its_routers

The handler is called inside of the try, and what it returned is looked at outside: of a handler
that returns nonsense neither its router nor the middleware around it hears.
"""


def call_handler(self, handler, routers):
    def call(request):
        try:
            value = handler(request, **request.parameters)
        except Exception as error:
            return self.failed(request, error, routers)
        return to_response(value)

    return call
