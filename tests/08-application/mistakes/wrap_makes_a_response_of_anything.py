"""replaces: app.wrap
caught by: test_3_layers.py::test_a_middleware_returns_a_response

What handlers may return, middleware might as well; but then a forgotten return is a 204, and
nobody knows why the page is gone.
"""


def wrap(middleware, inner, answer):
    def call(request):
        try:
            return to_response(middleware(request, inner))
        except Exception as error:
            return answer(request, error)

    return call
