"""replaces: templates.compiler.Compiler.write_loop
caught by: test_6_loops.py::test_else_is_for_no_items

Python has an `else` for loops, too. It runs when a loop has come to its end, and in a template
every loop does.
"""


def write_loop(self, node, items, recurse=""):
    scope = self.inner_scope()
    target = self.declare_target(node.target, scope)
    if node.test is not None:
        items = self.filtered(node.test, target, items, scope)
    scope.names["loop"] = f"loop_{scope.number}"
    written = self.loop_body(node, scope)
    self.position = node.position
    self.write_loop_head(scope, target, items, recurse)
    for line in self.initial_values(scope):
        self.indented(line)
    self.lines += written
    if node.otherwise:
        self.line("else:")
        self.write_suite(node.otherwise, self.inner_scope())
