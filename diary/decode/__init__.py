"""Looking into files that strangers may have made, in a process that can do no harm.

Pure: knows no store, no key and no web. `kinds` tells a type by its first bytes. `look` runs
`child` in a process of its own, with limits, and hands it bytes by a pipe when it asks for them.
"""
