"""What this room announces."""

from gongzhi.kernel.facts import FactType

STREAM = "config:places"
DIVISIONS_IMPORTED = FactType("places.divisions-imported")
