"""Templates: text with blanks in it, which are filled in when it is rendered."""
