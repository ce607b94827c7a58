"""The door for machines and for people at a terminal: the `gongzhi` command and the work in the background."""
