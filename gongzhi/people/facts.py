"""What this room announces."""

from gongzhi.kernel.facts import FactType

UNIT_ADDED = FactType("unit.added")
UNIT_ENDED = FactType("unit.ended")
MEMBER_ADDED = FactType("member.added")
MEMBER_APPOINTED = FactType("member.appointed")
MEMBER_APPOINTMENT_ENDED = FactType("member.appointment-ended")
MEMBER_TOKEN_MADE = FactType("member.token-made")
MEMBER_TOKEN_ENDED = FactType("member.token-ended")
POLICY_CHANGED = FactType("policy.changed")
