"""replaces: routing.MethodNotAllowed.__init__
caught by: test_5_answers.py::test_options_is_always_allowed

What the routes allow is all there seems to be, but OPTIONS has no route and is answered all the same.
"""


def __init__(self, allowed):
    self.allowed = sorted(set(allowed))
    HTTPError.__init__(self, 405, headers={"Allow": ", ".join(self.allowed)})
