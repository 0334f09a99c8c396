"""replaces: orm.sql.Compiler.exists
caught by: test_5_none_of_many.py::test_there_is_none

Some row whose key is NULL: there is none, whether there are orders or not.
"""


def exists(self, before: list[str], relation: Relation, rest: str, operand: Any) -> str:
    here = self.root
    for name in before:
        here = self.join(here, name, here.table.relations[name], 0)
    inner = Compiler(self.dialect, relation.table, self)
    if not rest or (rest in LOOKUPS and rest not in relation.table.columns):
        rest = f"pk__{rest or 'exact'}"
    key = rest.removesuffix("__isnull").removesuffix("__exact")
    is_none = operand in (None, ("is null",)) and key in ("pk", relation.table.primary)
    if is_none:
        pass
    test = inner.lookup(rest, operand, 0, negated=True)
    far, near = inner.root[relation.remote], here[relation.column]
    tables = f"{quote(relation.table.name)} AS {inner.root.alias}"
    if relation.through:
        name, to_near, to_far = relation.through
        alias = self.alias()
        tables = f"{quote(name)} AS {alias} JOIN {tables} ON {far} = {alias}.{quote(to_far)}"
        far = f"{alias}.{quote(to_near)}"
    sql = f"EXISTS (SELECT 1 FROM {tables}{inner.joined()} WHERE {far} = {near} AND {test})"
    return sql
