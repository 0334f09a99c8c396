"""What the tests of this chapter share: HTML is read as a browser reads it."""

from html.parser import HTMLParser

import pytest

VOID = ("input", "br", "meta", "link", "img")


class Element:
    """An element with its `attrs`, an attribute without a value being True, and its `text`."""

    def __init__(self, tag, attrs):
        self.tag = tag
        self.attrs = {name: True if value is None else value for name, value in attrs}
        self.text = ""

    def __repr__(self):
        return f"<{self.tag} {self.attrs}>{self.text}"


class Reader(HTMLParser):
    """Reads elements in the order in which they begin; each has to end where it should."""

    def __init__(self):
        super().__init__()
        self.elements = []
        self.open = []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.elements.append(Element(tag, attrs))
        if tag not in VOID:
            self.open.append(self.elements[-1])

    def handle_startendtag(self, tag, attrs):  # `<input />`, where the slash means nothing
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        for element in self.open:
            element.text += data


@pytest.fixture
def read():
    """`read(html)` returns its elements; `read(html, "input")` those of that name."""

    def elements(html, tag=None):
        reader = Reader()
        reader.feed(str(html))
        reader.close()
        assert not reader.open, f"no end: {reader.open}"
        return [element for element in reader.elements if tag in (None, element.tag)]

    return elements
