"""The benchmark: every figure stands beside a plain baseline measured in the same run."""
