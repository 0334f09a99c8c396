"""replaces: templates.composition.Macro.__call__
caught by: test_6_macros.py::test_too_many_arguments

What is left over is dropped, and with it a name with a typing error.
"""


def __call__(self, *args, **kwargs):
    count, given = len(self.arguments), len(args)
    values = [*args[:count], *[kwargs.pop(name, MISSING) for name in self.arguments[given:]]]
    extras = []
    if "caller" in self.takes:
        absent = self.undefined("caller", message=f"{self.name!r} is called without a body")
        extras.append(kwargs.pop("caller", absent))
    if "kwargs" in self.takes:
        extras.append(kwargs)
    if "varargs" in self.takes:
        extras.append(args[count:])
    return self.function(*values, *extras)
