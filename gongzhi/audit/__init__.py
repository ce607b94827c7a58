"""The record nobody can rewrite: entries in hash chains, committed values that can be erased, delivery, seals."""
