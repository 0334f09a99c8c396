"""replaces: app.wrap
caught by: test_3_layers.py::test_an_error_inside_is_a_response_for_the_outside

The application catches everything at the top anyhow; but the layer that logs sits below the top,
and hears nothing.
"""


def wrap(middleware, inner, answer):
    def call(request):
        response = middleware(request, inner)
        if not isinstance(response, Response):
            return answer(request, TypeError(f"{middleware!r} returned {response!r}"))
        return response

    return call
