"""What only a cluster of machines can do."""


class NoCluster(Exception):
    """Only a PostgreSQL database with Citus spreads its tables: set TELLBACK_DATABASE_URL to one
    in which CREATE EXTENSION citus has been run."""
