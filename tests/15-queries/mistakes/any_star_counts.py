"""replaces: orm.sql.Compiler.aggregate
caught by: test_6_aggregates.py::test_a_star_is_for_counting

Whatever is made of `*` becomes a count: a sum of `*` gives a number, and no error.
"""


def aggregate(self, shape: Any, scope: Scope) -> Written:
    _, function, distinct, inner = shape
    if isinstance(scope, int):
        raise FieldError(f"{function} has to be annotated before it is asked for by its name")
    if not distinct and function not in ("MIN", "MAX"):
        self.aggregated.append(self.joins_of(inner, scope))
    if inner == ("field", "*"):
        return "COUNT(*)", INTEGER
    sql, column = self.expression(inner, scope)
    sql = f"{function}({'DISTINCT ' if distinct else ''}{sql})"
    if function == "COUNT":
        return sql, INTEGER
    if function == "AVG":
        return sql, DECIMAL if column.kind == "decimal" else FLOAT
    return sql, Column("", column.kind, null=True, places=column.places)
