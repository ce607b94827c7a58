"""`python -m gongzhi` is the same as the `gongzhi` command."""

from gongzhi.jobs.cli import main

main()
