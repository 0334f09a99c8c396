"""The pages: what turns `chapters/` into the site, for MkDocs and for Zensical alike.

`listings` finds code by name, `directives` turns the `::: name argument` lines of a page into
Markdown, `extension` joins them to Python-Markdown.
"""
