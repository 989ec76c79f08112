"""Opened records become a bag that a stranger can check (BagIt 1.0, RFC 8493, in a zip).

A new document: mark each of its sentences with `N_("… %(name)s …")`, say it with `contents.say`
(`say(MESSAGE, name=value)`), and add it to `build.DOCUMENTS` (text, table) or `_batches` (PDF).
A PDF's template has no words of its own: it gets `documents.page(contents, title)` and the said
sentences as data. Column names, JSON keys and paths are identifiers and stay as they are.
`tests/bundle/test_pseudo_locale.py` reads every document and finds a sentence left out.
"""
