"""replaces: app.compose
caught by: test_3_layers.py::test_the_first_is_outermost

Going through the list as it stands is natural, and turns the layers inside out.
"""


def compose(middlewares, inner, answer):
    for middleware in middlewares:
        inner = wrap(middleware, inner, answer)
    return inner
