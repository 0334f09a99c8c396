"""replaces: templates.lexer.Lexer.run
caught by: test_2_split.py::test_time_is_linear

Cutting off what is done seems tidy. Each tag then copies all the text behind it.
"""


def run(self) -> list[Token]:
    while BEGIN.search(self.text[self.position :]):
        begin = BEGIN.search(self.text, self.position)
        opener, sign = begin.groups()
        self.add_data(self.position, begin.start(), sign, prints=opener == "{")
        if opener == "#":
            self.skip_comment(begin)
        elif opener == "%" and (raw := RAW.match(self.text, begin.start())):
            self.read_raw(raw)
        else:
            self.read_tag(begin)
    self.add_data(self.position, len(self.text), "+", prints=True)
    self.tokens.append(("end", "", len(self.text)))
    return self.tokens
