"""replaces: orm.sql.of_rows
caught by: test_7_asked.py::test_rows_that_other_tables_decide

A WHERE that names tables which an UPDATE does not have.
"""


def of_rows(compiler: Compiler, shape: Shape) -> str:
    if shape.group is not None:
        raise FieldError("a group is no row of a table: it cannot be changed")
    if is_plain(shape):
        where, _ = compiler.body(shape)
        return where
    table = shape.table
    inner = Compiler(compiler.dialect, table, compiler)
    keys, _ = inner.select(shape._replace(fields=(table.primary,), related=()))
    return f" WHERE {compiler.root[table.primary]} IN ({keys})"
