"""Side by side with the frameworks people use: every subject in one run, interleaved, as ratios."""
