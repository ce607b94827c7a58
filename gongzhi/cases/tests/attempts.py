"""Every act of the lifecycle, tried with all that its guards ask for."""

from gongzhi.cases import operations as cases
from gongzhi.cases.operations import Place
from gongzhi.kernel.actor import Actor, ActorKind
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.people import operations as people
from gongzhi.people.states import Post
from gongzhi.places.states import PlaceState
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff
from gongzhi.testing.city import FOUNDED_AT

ON_THE_STREET = Place(
    PlaceState.LOCATED, to_point(118.09, 24.46, crs=Crs.WGS84), division="350203", area="350200/350203"
)

ATTEMPTS = {
    "locate": lambda case, said: cases.locate_case(case.uid, place=ON_THE_STREET, **said),
    "classify": lambda case, said: cases.classify_case(case.uid, class_key=moves.STREET_VENDOR, **said),
    "verify": lambda case, said: cases.send_to_verify(case.uid, **said),
    "confirm_verified": lambda case, said: cases.confirm_verified(case.uid, **said),
    "report_unconfirmed": lambda case, said: cases.report_unconfirmed(case.uid, **said),
    "accept": lambda case, said: cases.accept_case(case.uid, **said),
    "not_accept": lambda case, said: cases.not_accept_case(case.uid, grounds="不属本市", **said),
    "file": lambda case, said: cases.file_case(case.uid, condition_code=moves.VENDOR_BY_DAY, **said),
    "dispatch": lambda case, said: cases.dispatch_case(case.uid, unit_code=moves.SIMING_BUREAU, **said),
    "acknowledge": lambda case, said: cases.acknowledge_case(case.uid, **said),
    "submit_result": lambda case, said: cases.submit_result(
        case.uid, after_photos=[moves.photo(said["by"], said["at"])], **said
    ),
    "confirm_result": lambda case, said: cases.confirm_result(case.uid, **said),
    "send_to_check": lambda case, said: cases.send_to_check(case.uid, **said),
    "pass_from_desk": lambda case, said: cases.pass_from_desk(case.uid, **said),
    "send_back": lambda case, said: cases.send_back(case.uid, grounds="照片看不清", **said),
    "pass_check": lambda case, said: cases.pass_check(
        case.uid, check_photos=[moves.photo(said["by"], said["at"])], **said
    ),
    "fail_check": lambda case, said: cases.fail_check(case.uid, grounds="仍在原处", **said),
    "close": lambda case, said: cases.close_case(case.uid, closing_confirmed=True, **said),
    "refuse_closing": lambda case, said: cases.refuse_closing(case.uid, grounds="未达标准", **said),
    "void": lambda case, said: cases.void_case(case.uid, grounds="并非案件", **said),
}


def jack_of_all_posts(number, *, name):
    """Add somebody who holds every post of the main line; return a function that gives the post acted in."""
    member = people.add_member(number, name=name, by=FOUNDER, at=FOUNDED_AT)
    unit_of = dict.fromkeys(
        (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.CHECKER, Post.COLLECTOR), "centre"
    ) | dict.fromkeys((Post.DEPARTMENT_DESK, Post.HANDLER), moves.SIMING_BUREAU)
    for post, unit in unit_of.items():
        staff.appoint(member, post=post, unit=unit, at=FOUNDED_AT)

    def acting_as(post):
        return Actor(id=str(member), kind=ActorKind.MEMBER, post=post, unit=unit_of[post])

    return acting_as
