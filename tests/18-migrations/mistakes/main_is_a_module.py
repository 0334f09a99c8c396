"""replaces: orm.autodetect.named
caught by: test_6_written.py::test_what_is_in_main

`__main__` is a module that can be imported. In the process that reads the file it is another one.
"""


def named(value: Any, imports: set[str]) -> str:
    owner = getattr(value, "__self__", None)
    if isinstance(owner, type):
        return f"{named(owner, imports)}.{value.__name__}"
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "<")
    if module is None or "<" in name:
        raise MigrationError(
            f"{value!r} cannot be written into a file by its name: define it at the top of a module"
        )
    if module == "builtins":
        return str(name)
    package, _, last = module.rpartition(".")
    if package == "bistro.orm":
        imports.add(f"from bistro.orm import {last}")
        return f"{last}.{name}"
    imports.add(f"import {module}")
    return f"{module}.{name}"
