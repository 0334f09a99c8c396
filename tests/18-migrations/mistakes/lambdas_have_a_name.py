"""replaces: orm.autodetect.named
caught by: test_6_written.py::test_what_has_no_name

Every function has a `__qualname__`; that of a lambda is `<lambda>`, and the file with it can't be read.
"""


def named(value: Any, imports: set[str]) -> str:
    owner = getattr(value, "__self__", None)
    if isinstance(owner, type):
        return f"{named(owner, imports)}.{value.__name__}"
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "<")
    if module in (None, "__main__"):
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
