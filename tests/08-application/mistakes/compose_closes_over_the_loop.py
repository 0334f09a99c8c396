"""replaces: app.compose
caught by: test_3_layers.py::test_the_first_is_outermost

A lambda made in a loop looks its names up when it is called. All of them find the first
middleware, and the inside of the last.
"""


def compose(middlewares, inner, answer):
    layers = [inner]
    for middleware in reversed(middlewares):
        layers.append(lambda request: wrap(middleware, layers[-2], answer)(request))
    return layers[-1]
