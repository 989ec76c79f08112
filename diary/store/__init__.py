"""Rows and blobs. This floor sees ciphertext, digests, sizes and server times: never a word."""
