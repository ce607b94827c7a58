"""What this room announces."""

from gongzhi.kernel.facts import FactType

UNIT_ADDED = FactType("unit.added")
UNIT_ENDED = FactType("unit.ended")
ACCOUNT_MADE = FactType("account.made")
ACCOUNT_TAKEN_OVER = FactType("account.taken-over")
ACCOUNT_CLOSED = FactType("account.closed")
ACCOUNT_REOPENED = FactType("account.reopened")
ACCOUNT_PASSWORD_SET = FactType("account.password-set")
MEMBER_ADDED = FactType("member.added")
MEMBER_RENAMED = FactType("member.renamed")
MEMBER_ENDED = FactType("member.ended")
MEMBER_APPOINTED = FactType("member.appointed")
MEMBER_APPOINTMENT_ENDED = FactType("member.appointment-ended")
MEMBER_TOKEN_MADE = FactType("member.token-made")
MEMBER_TOKEN_ENDED = FactType("member.token-ended")
POLICY_CHANGED = FactType("policy.changed")
