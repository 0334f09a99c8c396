"""replaces: orm.sql.Compiler.test
caught by: test_4_conditions.py::test_range

Python's ranges leave their end out; SQL's BETWEEN, and so Django's range, do not.
"""


def test(
    self, left: str, column: Column, lookup: str, operand: Any, scope: Scope, path: str
) -> str:
    if operand == ("nothing",):
        return "1 = 0"
    if operand is None and lookup == "exact":
        return f"{left} IS NULL"
    if operand is None:
        raise FieldError(f"{path}: None is neither more nor less; ask for __isnull=True")
    if lookup == "isnull":
        return f"{left} {operand[0].upper()}"
    if lookup == "in":
        return self.is_in(left, column, operand)
    if lookup == "range":
        bind = comparer(self.dialect, column)
        low, high = self.place(operand, bind), self.place(operand + 1, bind)
        return f"({left} >= {low} AND {left} < {high})"
    if lookup in PATTERNS:
        return self.matches(left, column, lookup, operand, path)
    right, _ = self.expression(operand, scope, column)
    return f"{left} {COMPARISONS[lookup]} {right}"
