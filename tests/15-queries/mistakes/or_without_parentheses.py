"""replaces: orm.sql.Compiler.condition
caught by: test_4_conditions.py::test_one_of_it

The parentheses around several are left out, and OR binds less than AND.
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
    sql = written[0] if len(written) == 1 else f' {connector} '.join(written)
    return f"({sql}) IS NOT TRUE" if is_not else sql
