"""Files as people send them."""

from gongzhi.testing.pictures import photograph


def jpeg(shows, *, size_bytes=2000):
    """Return a photograph of something, unlike the photograph of anything else, with room to spare after its end."""
    picture = photograph(shows.encode())
    return picture + bytes(size_bytes - len(picture))


def on_disk(home):
    """Return every file below a folder, unfinished uploads included."""
    return sorted(path for path in home.rglob("*") if path.is_file())
