"""A private diary. The house is put together in `diary.app`, so that this stays light to import."""
