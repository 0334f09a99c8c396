"""replaces: templates.composition.write_block
caught by: test_3_blocks.py::test_the_first_function_is_called

The last function of the list is the template's own. The child's is the first.
"""


def write_block(compiler, node):
    declare_block(compiler, node)
    name = compiler.constant(node.name)
    function = f"require(blocks, {name})" if node.required else f"blocks[{name}][-1]"
    context = local_context(compiler, offers_loop=True) if node.scoped else "context"
    compiler.emit_all(f"{function}({context}, blocks)")
