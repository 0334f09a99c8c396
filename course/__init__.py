"""Bistro's course: the learner's command, `python3 -m course`, and the tools that keep it true."""
