"""replaces: orm.autodetect.old_name
caught by: test_7_detect.py::test_a_new_name

One field is gone, an equal one is new: surely it was renamed. If it was not, the prices of one thing are those of another.
"""


def old_name(old: ModelState, new: ModelState, name: str, ask: Ask) -> str | None:
    if name in old.fields:
        return None
    gone = [one for one in old.fields if one not in new.fields]
    alike = [one for one in gone if written(old.fields[one]) == written(new.fields[name])]
    alike.sort(key=lambda one: SequenceMatcher(None, one, name).ratio(), reverse=True)
    question = f"Is {new.name}.{name} what {new.name}.{{}} was, under a new name?"
    return next(iter(alike), None)
