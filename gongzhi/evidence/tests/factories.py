"""Bytes that begin as real files do."""

PNG_START = b"\x89PNG\r\n\x1a\n"


def jpeg(shows, *, size_bytes=2000):
    """Return a photograph of something, unlike the photograph of anything else."""
    body = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + shows.encode()
    return body + b"\x00" * (size_bytes - len(body) - 2) + b"\xff\xd9"


def on_disk(home):
    """Return every file below a folder, unfinished uploads included."""
    return sorted(path for path in home.rglob("*") if path.is_file())
