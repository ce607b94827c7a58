"""The door for machines: `/api/v1`, described by OpenAPI."""
