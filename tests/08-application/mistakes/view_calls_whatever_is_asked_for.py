"""replaces: app.View.__new__
caught by: test_5_seams.py::test_only_methods_can_be_asked_for

getattr finds every function of the class, and the name comes from a guest.
"""


def __new__(cls, request, **parameters):
    method = request.method.lower()
    if method == "head" and not hasattr(cls, "head"):
        method = "get"
    if not hasattr(cls, method):
        raise MethodNotAllowed(cls.methods)
    return getattr(object.__new__(cls), method)(request, **parameters)
