"""What the tests of several steps share: a tree as text, and a parser that stands in a tag."""

import pytest


def _call(name, arguments):
    parts = [*map(_shown, arguments.positional)]
    parts += [f"{key}={_shown(value)}" for key, value in arguments.keywords]
    parts += [f"*{_shown(arguments.star)}"] if arguments.star else []
    parts += [f"**{_shown(arguments.double_star)}"] if arguments.double_star else []
    return f"{name}({', '.join(parts)})"


def _body(statements):
    return "".join(map(_shown, statements))


def _if(node):
    tests = [f"if {_shown(test)} [{_body(body)}]" for test, body in node.branches]
    return " el".join(tests) + (f" else [{_body(node.otherwise)}]" if node.otherwise else "")


def _for(node):
    return (
        f"for {_shown(node.target)} in {_shown(node.items)}"
        + (f" if {_shown(node.test)}" if node.test else "")
        + (" recursive" if node.recursive else "")
        + f" [{_body(node.body)}]"
        + (f" else [{_body(node.otherwise)}]" if node.otherwise else "")
    )


SHOW = {
    "Constant": lambda n: repr(n.value),
    "Name": lambda n: n.name,
    "Tuple": lambda n: f"tuple({', '.join(map(_shown, n.items))})",
    "List": lambda n: f"[{', '.join(map(_shown, n.items))}]",
    "Dict": lambda n: "{" + ", ".join(f"{_shown(k)}: {_shown(v)}" for k, v in n.pairs) + "}",
    "Unary": lambda n: f"({n.operator} {_shown(n.operand)})",
    "Binary": lambda n: f"({_shown(n.left)} {n.operator} {_shown(n.right)})",
    "Compare": lambda n: (
        "(" + " ".join([_shown(n.first), *(f"{op} {_shown(x)}" for op, x in n.rest)]) + ")"
    ),
    "Concat": lambda n: f"({' ~ '.join(map(_shown, n.parts))})",
    "Conditional": lambda n: (
        f"({_shown(n.then)} if {_shown(n.test)}"
        + (f" else {_shown(n.otherwise)})" if n.otherwise else ")")
    ),
    "Attribute": lambda n: f"{_shown(n.value)}.{n.name}",
    "Item": lambda n: f"{_shown(n.value)}[{_shown(n.key)}]",
    "Slice": lambda n: ":".join("" if x is None else _shown(x) for x in (n.start, n.stop, n.step)),
    "Call": lambda n: _call(_shown(n.function), n.arguments),
    "Filter": lambda n: f"({_shown(n.value)}|{_call(n.name, n.arguments)})",
    "Test": lambda n: f"({_shown(n.value)} is {_call(n.name, n.arguments)})",
    "Data": lambda n: n.text,
    "Output": lambda n: "<" + "|".join(map(_shown, n.parts)) + ">",
    "If": _if,
    "For": _for,
    "Set": lambda n: f"set {_shown(n.target)} = {_shown(n.value)}",
}


def _shown(node):
    return SHOW[type(node).__name__](node)


@pytest.fixture
def shown():
    """`shown(node)`: a tree as text, with parentheses around each operation."""
    return _shown


@pytest.fixture
def inside():
    """`inside(text, cls)`: a parser that stands at the begin of `{{ text }}`, behind its braces."""

    from bistro.templates.lexer import Source, tokenize
    from bistro.templates.parser import TAGS, Parser

    def inside(text, cls=Parser):
        source = Source("{{" + text + "}}")
        parser = cls(source, tokenize(source), TAGS)
        parser.advance()
        return parser

    return inside
