"""Our own API under ``/-/api``: declared as a table of operations, served by one small application.

How it is put together: `operations` says what an operation is, each noun's module declares its own,
`table` lists all, `application` serves them. `openapi` writes the table down for others to read.
"""
