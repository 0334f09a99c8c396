"""replaces: templates.environment.Environment.keep
caught by: test_2_cache.py::test_a_new_version_is_new

Room is made before one looks whether the template is there already: a new version drives another out.
"""


def keep(self, name, template, is_fresh):
    with self.lock:
        if self.cache and len(self.cache) >= self.cache_size:
            del self.cache[next(iter(self.cache))]
        self.cache.pop(name, None)
        self.cache[name] = template, is_fresh
        while len(self.cache) > self.cache_size:
            del self.cache[next(iter(self.cache))]
