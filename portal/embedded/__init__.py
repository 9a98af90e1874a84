"""The one-machine mode: PostgreSQL and Redis from wheels, one supervisor for all."""
