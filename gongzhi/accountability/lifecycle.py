"""The life of a complaint about the service, as one table."""

from __future__ import annotations

from gongzhi.accountability.states import ComplaintState
from gongzhi.kernel.lifecycle import Lifecycle, move, stay
from gongzhi.people.states import Post

_OPEN = (ComplaintState.RECEIVED, ComplaintState.UNDER_INQUIRY)

COMPLAINT = Lifecycle(
    "conduct",
    ComplaintState.RECEIVED,
    move("take_up", ComplaintState.RECEIVED, ComplaintState.UNDER_INQUIRY, by=Post.CONDUCT_INSPECTOR),
    stay("name_unit", _OPEN, by=Post.CONDUCT_INSPECTOR),
    # Blind: whoever names the inspector of a complaint that is sealed from all of them does not read it.
    stay("entrust", ComplaintState.RECEIVED, by=Post.LEADER),
    stay("reveal_contact", tuple(ComplaintState), by=Post.CONDUCT_INSPECTOR),
    move("answer", ComplaintState.UNDER_INQUIRY, ComplaintState.ANSWERED, by=Post.CONDUCT_INSPECTOR),
    move("refer", _OPEN, ComplaintState.REFERRED, by=Post.CONDUCT_INSPECTOR),
    ends=(ComplaintState.ANSWERED, ComplaintState.REFERRED),
)

READ = "conduct.read"
ENTRUST = "conduct.entrust"
ERASE = "conduct.erase"
READERS = ((Post.CONDUCT_INSPECTOR, READ),)
ERASERS = ((Post.AUDIT_ADMINISTRATOR, ERASE),)
