"""replaces: orm.autodetect.written
caught by: test_6_written.py::test_classes_of_your_own_values

`isinstance` takes an `Euros(4)` for 4. When the file is read, it is 4.
"""


def written(value: Any, imports: set[str] | None = None) -> str:
    imports = set() if imports is None else imports
    if isinstance(value, Field):
        arguments, options = value.given
        parts = [written(one, imports) for one in arguments]
        parts += [f"{name}={written(one, imports)}" for name, one in options.items()]
        return f"{named(type(value), imports)}({', '.join(parts)})"
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f"float({str(value)!r})"
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return repr(value)
    if kind in (list, tuple):
        listed = ", ".join(written(one, imports) for one in value)
        if kind is list:
            return f"[{listed}]"
        return f"({listed}{',' * (len(value) == 1)})"
    if kind is dict:
        pairs = (f"{written(key, imports)}: {written(one, imports)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if kind.__module__ in MODULES:
        imports.add(f"import {kind.__module__}")
        text = repr(value)
        return text if text.startswith("datetime.") else f"{kind.__module__}.{text}"
    if by_name(value) is not value:
        return repr(by_name(value))
    return named(value, imports)
