"""What this room announces."""

from gongzhi.kernel.facts import FactType

CATALOGUE_LOADED = FactType("norms.catalogue-loaded")
CONDITION_PUT = FactType("norms.condition-put")
CONDITION_ENDED = FactType("norms.condition-ended")
STAGE_LIMIT_PUT = FactType("norms.stage-limit-put")
STAGE_LIMIT_ENDED = FactType("norms.stage-limit-ended")
LEGACY_CODES_LOADED = FactType("norms.legacy-codes-loaded")
IMPORTED = FactType("norms.imported")
DEFAULTS_SEEDED = FactType("norms.defaults-seeded")
PUBLICATION_PUT = FactType("norms.publication-put")
