"""What a stranger needs to check a hand-over: hashes, paths and signatures, without an account."""
