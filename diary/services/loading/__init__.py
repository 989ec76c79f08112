"""Reading a diary from a file: `diary.json` and the files beside it become records, or a sentence.

Everything is read and checked before anything is written. What the file says of times is kept as
its claim, letter for letter. What has no field of its own is kept whole beside the record, so that
nothing is lost.
"""
