"""What this room announces."""

from gongzhi.kernel.facts import FactType

RULES_SEEDED = FactType("notices.rules-seeded")
RULE_PUT = FactType("notices.rule-put")
RULE_ENDED = FactType("notices.rule-ended")
CARRIER_TRIED = FactType("carrier.tried")
TOLD = FactType("notice.told")
ADDRESSES_CHANGED = FactType("reach.addresses-changed")
HOURS_CHANGED = FactType("reach.quiet-hours-changed")
LANGUAGE_CHANGED = FactType("reach.language-changed")
WISH_PUT = FactType("reach.wish-put")
