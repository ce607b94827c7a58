"""The rules of this door: what a pasted chat says, which views a member may keep, which case has a card."""

from gongzhi.desk.rules.cards import CardFontMissing, CardNotPublic, CardPhotosMissing, CardTooEarly
from gongzhi.desk.rules.chats import LONGEST_PASTE, Chat, read_chat
from gongzhi.desk.rules.views import (
    FILTERS,
    LONGEST_VIEW_NAME,
    MOST_VIEWS,
    TooManyViews,
    ViewNameTaken,
    ViewNameUnusable,
    ViewWithoutFilter,
    require_view,
)

__all__ = [
    "FILTERS",
    "LONGEST_PASTE",
    "LONGEST_VIEW_NAME",
    "MOST_VIEWS",
    "CardFontMissing",
    "CardNotPublic",
    "CardPhotosMissing",
    "CardTooEarly",
    "Chat",
    "TooManyViews",
    "ViewNameTaken",
    "ViewNameUnusable",
    "ViewWithoutFilter",
    "read_chat",
    "require_view",
]
