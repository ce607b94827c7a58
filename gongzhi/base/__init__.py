"""Below the record: secrets and encryption, sequences, idempotency keys, transactions."""
