"""Sealing, spec-shaped: one suite, one version, no options; only primitives of `cryptography`.

Every construction is written down in docs/format.md and pinned by tests/vectors. Whatever cannot
be opened, for whatever reason, is one answer: OpenError.

- identity: RFC 9180 base mode, for what is sealed to a person
- envelope: AES-256-GCM and Padmé padding, for records and their keys
- slots: Argon2id and HKDF-SHA256, for the ways in
- asked: what a request to get back in is found by and sealed under
- code: the recovery code as people write it down
- stream: C2SP chunked encryption, for media in parts
- names: keyed hashes of sign-in names
"""
