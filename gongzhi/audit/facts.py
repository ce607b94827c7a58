"""What the record says about itself."""

from gongzhi.kernel.facts import FactType

ERASED = FactType("audit.erased")
