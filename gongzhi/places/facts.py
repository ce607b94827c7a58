"""What this room announces."""

from gongzhi.kernel.facts import FactType

STREAM = "config:places"
DIVISIONS_IMPORTED = FactType("places.divisions-imported")
LAYER_IMPORTED = FactType("places.layer-imported")
LAYER_ENDED = FactType("places.layer-ended")

DUTIES = "config:duties"
DUTIES_SET = FactType("places.duties-set")

BORDER_SHARED = FactType("border.shared")

CODE_ISSUED = FactType("code.issued")
