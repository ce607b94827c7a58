"""Run as a process: receive reports until the limit on file sizes is reached, then lift it; tell what happened."""

import json
import os
import resource
from pathlib import Path

import django

ROOM_BYTES = 1_000_000
MOST_REPORTS = 2_000


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongzhi.config.settings"
    django.setup()

    from django.core.management import call_command

    from gongzhi.audit.verify import verify
    from gongzhi.base.operations import StoreFull
    from gongzhi.cases import queries as cases
    from gongzhi.intake import queries
    from gongzhi.testing import moves
    from gongzhi.testing.city import put_city

    def receive(number):
        return moves.report(key=f"k{number}").repeated

    call_command("migrate", verbosity=0)
    put_city()
    files = Path(os.environ["GONGZHI_HOME"]).glob("gongzhi.sqlite3*")
    limit_file_size(max(path.stat().st_size for path in files) + ROOM_BYTES)
    acknowledged, refusal = 0, ""
    while not refusal and acknowledged < MOST_REPORTS:
        try:
            receive(acknowledged)
            acknowledged += 1
        except StoreFull as refused:
            refusal = refused.code
    limit_file_size(resource.RLIM_INFINITY)

    told = {
        "refusal": refusal,
        "acknowledged": acknowledged,
        "kept": len(queries.page(limit=MOST_REPORTS)),
        "cases": sum(cases.state_counts().values()),
        "repeated": receive(0),
        "received_after": not receive(acknowledged),
        "intact": verify().intact,
    }
    print(json.dumps(told))  # noqa: T201 - read by the test


def limit_file_size(size_bytes):
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))


if __name__ == "__main__":
    main()
