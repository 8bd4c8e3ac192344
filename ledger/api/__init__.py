"""The API of the books: the same actions and queries as the screens."""
