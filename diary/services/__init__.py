"""What a person does: one function is one deed, one transaction, one line in the log."""
