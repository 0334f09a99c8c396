"""replaces: orm.sql.Compiler.condition
caught by: test_4_conditions.py::test_not_is_python_s_not

NOT is the word for it, but NOT of what is unknown is unknown: rows with NULL are on neither side.
"""


def condition(self, shape: Any, scope: Scope, *, negated: bool = False) -> str:
    connector, is_not, children = shape
    negated = negated or is_not
    written = [
        self.condition(child, scope, negated=negated)
        if len(child) == 3
        else self.lookup(child[0], child[1], scope, negated=negated)
        for child in children
    ]
    written = [sql for sql in written if sql]
    if not written:
        return ""
    sql = written[0] if len(written) == 1 else f"({f' {connector} '.join(written)})"
    return f"NOT ({sql})" if is_not else sql
