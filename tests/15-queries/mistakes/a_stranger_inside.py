"""replaces: orm.sql.Compiler.is_in
caught by: test_4_conditions.py::test_in_a_query_of_the_same_table

A compiler of its own begins at t0 again, and with slots of its own, which are lost.
"""


def is_in(self, left: str, column: Column, operand: Any) -> str:
    if isinstance(operand, tuple):
        if operand[0] != "query":
            raise FieldError("__in takes a list of values or a query, not an expression")
        shape = operand[1]
        if shape.fields is None:
            shape = shape._replace(fields=(shape.table.primary,))
        sql, columns = Compiler(self.dialect, shape.table).select(shape)
        if len(columns) != 1:
            names = ", ".join(name for name, _ in columns)
            raise FieldError(f"a query behind __in gives one field, not {names}: use values()")
        return f"{left} IN ({sql})"
    place = self.place(operand, list_binder(self.dialect, column))
    if self.dialect == "sqlite":
        return f"{left} IN (SELECT value FROM json_each({place}))"
    return f"{left} = ANY({place})"
