"""replaces: request.lazy.__get__
caught by: test_1_lazy.py::test_an_empty_value_is_a_value

"If there is no value yet" written as "if the value is empty": a request without cookies parses them at each look.
"""


def __get__(self, instance, owner=None):
    if instance is None:
        return self
    value = self.method(instance)
    if value:
        instance.__dict__[self.name] = value
    return value
