"""The nodes: what a template means, as a tree.

Second link of the chain text -> tokens -> nodes -> Python. The parser makes them, the compiler
turns each into lines of Python. They only hold values; each knows the position where it began.
"""

from __future__ import annotations


class Node:
    """Something that stands in a template; `position` is where it begins in the source."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position = position


class Expression(Node):
    """What has a value."""

    __slots__ = ()


class Statement(Node):
    """What does something: writes, decides, repeats, names."""

    __slots__ = ()


class Constant(Expression):
    """A value that stands in the template itself: a number, a string, true, false or none."""

    __slots__ = ("value",)

    def __init__(self, position: int, value: object) -> None:
        self.position = position
        self.value = value


class Name(Expression):
    """A variable, read or (as a target) written."""

    __slots__ = ("name",)

    def __init__(self, position: int, name: str) -> None:
        self.position = position
        self.name = name


class Tuple(Expression):
    """`a, b`: values in a row, or names to unpack into."""

    __slots__ = ("items",)

    def __init__(self, position: int, items: list[Expression]) -> None:
        self.position = position
        self.items = items


class List(Expression):
    """`[a, b]`."""

    __slots__ = ("items",)

    def __init__(self, position: int, items: list[Expression]) -> None:
        self.position = position
        self.items = items


class Dict(Expression):
    """`{a: b}`: its keys with their values."""

    __slots__ = ("pairs",)

    def __init__(self, position: int, pairs: list[tuple[Expression, Expression]]) -> None:
        self.position = position
        self.pairs = pairs


class Unary(Expression):
    """`not a`, `-a` or `+a`."""

    __slots__ = ("operand", "operator")

    def __init__(self, position: int, operator: str, operand: Expression) -> None:
        self.position = position
        self.operator = operator
        self.operand = operand


class Binary(Expression):
    """`a + b`, and whatever else stands between two: `- * / // % ** and or`."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, position: int, operator: str, left: Expression, right: Expression) -> None:
        self.position = position
        self.operator = operator
        self.left = left
        self.right = right


class Compare(Expression):
    """`a < b <= c`: the first value, then each operator with the value behind it."""

    __slots__ = ("first", "rest")

    def __init__(
        self, position: int, first: Expression, rest: list[tuple[str, Expression]]
    ) -> None:
        self.position = position
        self.first = first
        self.rest = rest


class Concat(Expression):
    """`a ~ b ~ c`: the values as text, joined."""

    __slots__ = ("parts",)

    def __init__(self, position: int, parts: list[Expression]) -> None:
        self.position = position
        self.parts = parts


class Conditional(Expression):
    """`then if test else otherwise`; without an `else`, otherwise is None."""

    __slots__ = ("otherwise", "test", "then")

    def __init__(
        self, position: int, test: Expression, then: Expression, otherwise: Expression | None
    ) -> None:
        self.position = position
        self.test = test
        self.then = then
        self.otherwise = otherwise


class Attribute(Expression):
    """`value.name`."""

    __slots__ = ("name", "value")

    def __init__(self, position: int, value: Expression, name: str) -> None:
        self.position = position
        self.value = value
        self.name = name


class Item(Expression):
    """`value[key]`."""

    __slots__ = ("key", "value")

    def __init__(self, position: int, value: Expression, key: Expression) -> None:
        self.position = position
        self.value = value
        self.key = key


class Slice(Expression):
    """`start:stop:step` between square brackets, each of them optional."""

    __slots__ = ("start", "step", "stop")

    def __init__(
        self,
        position: int,
        start: Expression | None,
        stop: Expression | None,
        step: Expression | None,
    ) -> None:
        self.position = position
        self.start = start
        self.stop = stop
        self.step = step


class Arguments(Node):
    """What stands between the parentheses of a call: `a, name=b, *star, **double_star`."""

    __slots__ = ("double_star", "keywords", "positional", "star")

    def __init__(
        self,
        position: int,
        positional: list[Expression],
        keywords: list[tuple[str, Expression]],
        star: Expression | None,
        double_star: Expression | None,
    ) -> None:
        self.position = position
        self.positional = positional
        self.keywords = keywords
        self.star = star
        self.double_star = double_star


class Call(Expression):
    """`function(arguments)`."""

    __slots__ = ("arguments", "function")

    def __init__(self, position: int, function: Expression, arguments: Arguments) -> None:
        self.position = position
        self.function = function
        self.arguments = arguments


class Filter(Expression):
    """`value|name(arguments)`; without a value it is given the text of a block."""

    __slots__ = ("arguments", "name", "value")

    def __init__(
        self, position: int, value: Expression | None, name: str, arguments: Arguments
    ) -> None:
        self.position = position
        self.value = value
        self.name = name
        self.arguments = arguments


class Test(Expression):
    """`value is name(arguments)`."""

    __slots__ = ("arguments", "name", "value")

    def __init__(self, position: int, value: Expression, name: str, arguments: Arguments) -> None:
        self.position = position
        self.value = value
        self.name = name
        self.arguments = arguments


class NamespaceTarget(Expression):
    """`namespace.name`, where something is written to."""

    __slots__ = ("name", "namespace")

    def __init__(self, position: int, namespace: str, name: str) -> None:
        self.position = position
        self.namespace = namespace
        self.name = name


class Data(Expression):
    """Text of the template as it stands."""

    __slots__ = ("text",)

    def __init__(self, position: int, text: str) -> None:
        self.position = position
        self.text = text


class Output(Statement):
    """Pieces to be written one after the other: Data and expressions."""

    __slots__ = ("parts",)

    def __init__(self, position: int, parts: list[Expression]) -> None:
        self.position = position
        self.parts = parts


class If(Statement):
    """`{% if %}`, each `{% elif %}` with its body, and the body of `{% else %}`."""

    __slots__ = ("branches", "otherwise")

    def __init__(
        self,
        position: int,
        branches: list[tuple[Expression, list[Statement]]],
        otherwise: list[Statement],
    ) -> None:
        self.position = position
        self.branches = branches
        self.otherwise = otherwise


class For(Statement):
    """`{% for target in items if test recursive %}` with its body and that of `{% else %}`."""

    __slots__ = ("body", "items", "otherwise", "recursive", "target", "test")

    def __init__(
        self,
        position: int,
        target: Expression,
        items: Expression,
        test: Expression | None,
        recursive: bool,
        body: list[Statement],
        otherwise: list[Statement],
    ) -> None:
        self.position = position
        self.target = target
        self.items = items
        self.test = test
        self.recursive = recursive
        self.body = body
        self.otherwise = otherwise


class With(Statement):
    """`{% with a = 1, b = 2 %}`: names that hold inside of the body only."""

    __slots__ = ("body", "targets", "values")

    def __init__(
        self,
        position: int,
        targets: list[Expression],
        values: list[Expression],
        body: list[Statement],
    ) -> None:
        self.position = position
        self.targets = targets
        self.values = values
        self.body = body


class Set(Statement):
    """`{% set target = value %}`."""

    __slots__ = ("target", "value")

    def __init__(self, position: int, target: Expression, value: Expression) -> None:
        self.position = position
        self.target = target
        self.value = value


class SetBlock(Statement):
    """`{% set target | through %}body{% endset %}`: the body's text becomes the value."""

    __slots__ = ("body", "target", "through")

    def __init__(
        self, position: int, target: Expression, through: Filter | None, body: list[Statement]
    ) -> None:
        self.position = position
        self.target = target
        self.through = through
        self.body = body


class FilterBlock(Statement):
    """`{% filter through %}body{% endfilter %}`: the body's text goes through the filter."""

    __slots__ = ("body", "through")

    def __init__(self, position: int, through: Filter, body: list[Statement]) -> None:
        self.position = position
        self.through = through
        self.body = body


class Autoescape(Statement):
    """`{% autoescape true %}`: whether values are escaped in the body."""

    __slots__ = ("body", "enabled")

    def __init__(self, position: int, enabled: bool, body: list[Statement]) -> None:
        self.position = position
        self.enabled = enabled
        self.body = body


class Block(Statement):
    """`{% block name scoped required %}`: what a child template may replace."""

    __slots__ = ("body", "name", "required", "scoped")

    def __init__(
        self, position: int, name: str, scoped: bool, required: bool, body: list[Statement]
    ) -> None:
        self.position = position
        self.name = name
        self.scoped = scoped
        self.required = required
        self.body = body


class Extends(Statement):
    """`{% extends template %}`: this template fills the blocks of another."""

    __slots__ = ("template",)

    def __init__(self, position: int, template: Expression) -> None:
        self.position = position
        self.template = template


class Include(Statement):
    """`{% include template ignore missing without context %}`."""

    __slots__ = ("ignore_missing", "template", "with_context")

    def __init__(
        self, position: int, template: Expression, ignore_missing: bool, with_context: bool
    ) -> None:
        self.position = position
        self.template = template
        self.ignore_missing = ignore_missing
        self.with_context = with_context


class Import(Statement):
    """`{% import template as name with context %}`."""

    __slots__ = ("name", "template", "with_context")

    def __init__(self, position: int, template: Expression, name: str, with_context: bool) -> None:
        self.position = position
        self.template = template
        self.name = name
        self.with_context = with_context


class FromImport(Statement):
    """`{% from template import name as alias with context %}`: pairs of name and alias."""

    __slots__ = ("names", "template", "with_context")

    def __init__(
        self, position: int, template: Expression, names: list[tuple[str, str]], with_context: bool
    ) -> None:
        self.position = position
        self.template = template
        self.names = names
        self.with_context = with_context


class Macro(Statement):
    """`{% macro name(parameters) %}`: each parameter with its default, or None."""

    __slots__ = ("body", "name", "parameters")

    def __init__(
        self,
        position: int,
        name: str,
        parameters: list[tuple[str, Expression | None]],
        body: list[Statement],
    ) -> None:
        self.position = position
        self.name = name
        self.parameters = parameters
        self.body = body


class CallBlock(Statement):
    """`{% call(parameters) macro() %}`: the macro can write the body by `caller()`."""

    __slots__ = ("body", "call", "parameters")

    def __init__(
        self,
        position: int,
        call: Call,
        parameters: list[tuple[str, Expression | None]],
        body: list[Statement],
    ) -> None:
        self.position = position
        self.call = call
        self.parameters = parameters
        self.body = body


class Template(Node):
    """A whole template."""

    __slots__ = ("body",)

    def __init__(self, position: int, body: list[Statement]) -> None:
        self.position = position
        self.body = body
