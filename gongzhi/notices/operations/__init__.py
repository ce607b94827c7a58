"""Everything that changes who is told what, what they were told, and how they are reached: a module for each story."""

from gongzhi.audit.operations import ChangedMeanwhile, NothingToErase
from gongzhi.notices.operations.failed import clear_message, retry_message
from gongzhi.notices.operations.reaching import (
    LanguageUnknown,
    change_address,
    change_language,
    change_quiet_hours,
    erase_addresses,
    put_wish,
)
from gongzhi.notices.operations.ruling import AudienceUnknown, RuleNotInForce, end_rule, put_rule, seed_rules
from gongzhi.notices.operations.telling import NotYourMessage, erase_private, read_message, tell
from gongzhi.notices.operations.topics import TopicUnknown
from gongzhi.notices.operations.trials import CARRIER_TRIED, CarrierNotSetUp, try_carrier
from gongzhi.notices.rules import (
    AddressUnusable,
    CarrierNotForThem,
    ClearingGroundsMissing,
    InboxNotDeclined,
    QuietHoursIncomplete,
)
from gongzhi.people.rules import NotPermitted

__all__ = [
    "CARRIER_TRIED",
    "AddressUnusable",
    "AudienceUnknown",
    "CarrierNotForThem",
    "CarrierNotSetUp",
    "ChangedMeanwhile",
    "ClearingGroundsMissing",
    "InboxNotDeclined",
    "LanguageUnknown",
    "NotPermitted",
    "NotYourMessage",
    "NothingToErase",
    "QuietHoursIncomplete",
    "RuleNotInForce",
    "TopicUnknown",
    "change_address",
    "change_language",
    "change_quiet_hours",
    "clear_message",
    "end_rule",
    "erase_addresses",
    "erase_private",
    "put_rule",
    "put_wish",
    "read_message",
    "retry_message",
    "seed_rules",
    "tell",
    "try_carrier",
]
