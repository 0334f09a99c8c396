"""replaces: orm.sql.Compiler.walk
caught by: test_3_paths.py::test_a_relation_goes_before_a_column

A name is looked for among the columns first: a relation that is called like its column ends there.
"""


def walk(self, path: str, scope: Scope) -> tuple[Join, Column, list[str]]:
    names = path.split(SEPARATOR)
    join = self.root
    while True:
        table = join.table
        name = table.primary if names[0] == "pk" else names[0]
        relation = table.relations.get(name)
        rest = names[1:]
        if relation is None or name in table.columns:
            if name not in table.columns:
                raise unknown(path, name, table, self.annotations)
            return join, table.columns[name], rest
        there = relation.table
        ends = not rest or (rest[0] in LOOKUPS and rest[0] not in there.columns)
        far = there.primary if ends or rest[0] == "pk" else rest[0]
        if relation.many or far != relation.remote:
            join = self.join(join, name, relation, scope)
            if ends:
                return join, keyed(there.key), rest
            names = rest
            continue
        return join, keyed(table.columns[relation.column]), rest if ends else rest[1:]
