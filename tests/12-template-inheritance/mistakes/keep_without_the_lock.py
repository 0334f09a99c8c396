"""replaces: templates.environment.Environment.keep
caught by: test_2_cache.py::test_threads

Each line is safe by itself, and two threads between the lines are not.
"""


def keep(self, name, template, is_fresh):
    self.cache.pop(name, None)
    self.cache[name] = template, is_fresh
    while len(self.cache) > self.cache_size:
        self.cache.pop(next(iter(self.cache)), None)
