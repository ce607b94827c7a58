"""Every act of the lifecycle, tried with all that its guards ask for."""

from datetime import timedelta

from gongzhi.cases import operations as cases
from gongzhi.cases import turns
from gongzhi.cases.lifecycle import CASE
from gongzhi.cases.operations import Place
from gongzhi.cases.operations.dispatching import escalate_return
from gongzhi.cases.states import CaseState, ReturnGround, SpecialGround
from gongzhi.kernel.actor import TIMER, Actor, ActorKind
from gongzhi.kernel.geo import Crs, to_point
from gongzhi.kernel.ids import new_id
from gongzhi.people import operations as people
from gongzhi.people.states import Post
from gongzhi.places.states import PlaceState
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves, staff
from gongzhi.testing.city import FOUNDED_AT
from gongzhi.testing.turns import THE_REPORTER

ON_THE_STREET = Place(
    PlaceState.LOCATED, to_point(118.09, 24.46, crs=Crs.WGS84), division="350203", area="350200/350203"
)


def last_of(rows):
    """The id of the last row, or of none."""
    return rows[-1].uid if rows else new_id()


def photos(said, count=1):
    return [moves.photo(said["by"], said["at"]) for _ in range(count)]


def merge(case, said):
    other = moves.case_of(moves.report(at=said["at"]))
    return cases.merge_case(case.uid, into=other.uid, seen_target=other.version, **said)


def another_unit(case):
    return moves.HULI_BUREAU if case.unit_code == moves.SIMING_BUREAU else moves.SIMING_BUREAU


def given_on(case):
    """The unit that a dispatcher chooses: the usual one, and after a return the other one."""
    return another_unit(case) if case.state is CaseState.RETURNED else moves.SIMING_BUREAU


ATTEMPTS = {
    "locate": lambda case, said: cases.locate_case(case.uid, place=ON_THE_STREET, **said),
    "classify": lambda case, said: cases.classify_case(case.uid, class_key=moves.STREET_VENDOR, **said),
    "verify": lambda case, said: cases.send_to_verify(case.uid, **said),
    "confirm_verified": lambda case, said: cases.confirm_verified(case.uid, **said),
    "report_unconfirmed": lambda case, said: cases.report_unconfirmed(case.uid, **said),
    "accept": lambda case, said: cases.accept_case(case.uid, **said),
    "not_accept": lambda case, said: cases.not_accept_case(case.uid, grounds="不属本市", **said),
    "uphold_objection": lambda case, said: cases.uphold_objection(case.uid, grounds="属本市", **said),
    "merge": merge,
    "split_off": lambda case, said: cases.split_off_case(case.uid, grounds="并非一事", **said),
    "close_self_handled": lambda case, said: cases.close_self_handled(
        case.uid, before_photos=photos(said), after_photos=photos(said), **said
    ),
    "file": lambda case, said: cases.file_case(case.uid, condition_code=moves.VENDOR_BY_DAY, **said),
    "send_for_correction": lambda case, said: cases.send_for_correction(case.uid, grounds="条件有误", **said),
    "dispatch": lambda case, said: cases.dispatch_case(case.uid, unit_code=given_on(case), **said),
    "acknowledge": lambda case, said: cases.acknowledge_case(case.uid, **said),
    "return": lambda case, said: cases.return_case(
        case.uid, ground=ReturnGround.NOT_OURS, proposed_unit=another_unit(case), **said
    ),
    "escalate_return": lambda case, said: escalate_return(case.uid, **said),
    "decide_return": lambda case, said: cases.decide_return(case.uid, unit_code=given_on(case), **said),
    "correct_return": lambda case, said: cases.correct_return(case.uid, grounds="位置有误", **said),
    "arbitrate": lambda case, said: cases.arbitrate_case(
        case.uid, unit_code=moves.SIMING_BUREAU, grounds="归思明", **said
    ),
    "mark_urgent": lambda case, said: cases.mark_urgent(case.uid, **said),
    "dispatch_urgent": lambda case, said: cases.dispatch_urgent(case.uid, unit_code=moves.SIMING_BUREAU, **said),
    "file_later": lambda case, said: cases.file_later(case.uid, condition_code=moves.VENDOR_BY_DAY, **said),
    "arrive": lambda case, said: cases.arrive(case.uid, **said),
    "feed_back": lambda case, said: cases.feed_back(case.uid, words="已控制", **said),
    "request_extension": lambda case, said: cases.request_extension(case.uid, words="等待配件", **said),
    "grant_extension": lambda case, said: cases.grant_extension(case.uid, **said),
    "refuse_extension": lambda case, said: cases.refuse_extension(case.uid, grounds="无须", **said),
    "request_hold": lambda case, said: cases.request_hold(
        case.uid, until_at=said["at"] + timedelta(hours=30), words="须待完工", **said
    ),
    "approve_hold": lambda case, said: cases.approve_hold(case.uid, **said),
    "refuse_hold": lambda case, said: cases.refuse_hold(case.uid, grounds="可即时处置", **said),
    "resume": lambda case, said: cases.resume_case(case.uid, **said),
    "ask_assistance": lambda case, said: cases.ask_assistance(
        case.uid, unit_code=another_unit(case), words="请协助", **said
    ),
    "answer_assistance": lambda case, said: cases.answer_assistance(
        case.uid, assistance=last_of(turns.assistances(case.uid)), words="已协助", **said
    ),
    "supervise": lambda case, said: cases.supervise(
        case.uid, due_at=said["at"] + timedelta(days=1), grounds="久拖不决", **said
    ),
    "instruct": lambda case, said: cases.instruct(
        case.uid, words="请办结", report_due_at=said["at"] + timedelta(days=1), **said
    ),
    "report_back": lambda case, said: cases.report_back(
        case.uid, instruction=last_of(turns.instructions(case.uid)), words="已办结", **said
    ),
    "submit_result": lambda case, said: cases.submit_result(case.uid, after_photos=photos(said), **said),
    "confirm_result": lambda case, said: cases.confirm_result(case.uid, **said),
    "send_to_check": lambda case, said: cases.send_to_check(case.uid, **said),
    "pass_from_desk": lambda case, said: cases.pass_from_desk(case.uid, **said),
    "send_back": lambda case, said: cases.send_back(case.uid, grounds="照片看不清", **said),
    "pass_check": lambda case, said: cases.pass_check(case.uid, check_photos=photos(said), **said),
    "fail_check": lambda case, said: cases.fail_check(case.uid, grounds="仍在原处", **said),
    "close": lambda case, said: cases.close_case(case.uid, closing_confirmed=True, **said),
    "refuse_closing": lambda case, said: cases.refuse_closing(case.uid, grounds="未达标准", **said),
    "void": lambda case, said: cases.void_case(case.uid, grounds="并非案件", **said),
    "propose_void": lambda case, said: cases.propose_void(case.uid, grounds="并非案件", **said),
    "void_by_review": lambda case, said: cases.void_by_review(case.uid, grounds="经复核", **said),
    "propose_special_closing": lambda case, said: cases.propose_special_closing(
        case.uid, ground=SpecialGround.NO_RESPONSIBLE, **said
    ),
    "force_close": lambda case, said: cases.force_close(case.uid, grounds="无责任主体", **said),
    "reopen": lambda case, said: cases.reopen_case(case.uid, grounds="问题依旧", **said),
    "reopen_by_reporter": lambda case, said: cases.reopen_by_reporter(case.uid, report="R2026-1", **said),
    "correct_closing": lambda case, said: cases.correct_closing(case.uid, grounds="结案有误", **said),
    "appeal_timeout": lambda case, said: cases.appeal_timeout(case.uid, words="台风", **said),
    "review_appeal": lambda case, said: cases.review_appeal(case.uid, supported=True, words="属实", **said),
    "decide_appeal": lambda case, said: cases.decide_appeal(case.uid, upheld=True, grounds="属实", **said),
}
"""In the order of the table."""
OF_A_UNIT = (Post.DEPARTMENT_DESK, Post.HANDLER)


def unit_of(act, case):
    """The unit in which somebody of a unit makes a move: the responsible one, or the one that was asked to help."""
    asked = turns.assistances(case.uid) if act == "answer_assistance" else []
    return asked[-1].unit if asked else case.unit_code or moves.SIMING_BUREAU


def usual_post(act):
    return next(one.by[0] for one in CASE.moves if one.act == act)


def usual_person(act, case):
    """Whoever usually makes a move."""
    post = usual_post(act)
    if post in (Post.TIMER, Post.REPORTER):
        return TIMER if post == Post.TIMER else THE_REPORTER
    return moves.member(post, unit_of(act, case) if post in OF_A_UNIT else None)


def jack_of_all_posts(number, *, name):
    """Add somebody who holds every post, in two units; return a function that gives the post acted in."""
    member = people.add_member(number, name=name, by=FOUNDER, at=FOUNDED_AT)
    in_the_centre = (Post.ACCEPTOR, Post.SHIFT_LEADER, Post.DISPATCHER, Post.CHECKER, Post.COLLECTOR, Post.LEADER)
    for post in in_the_centre:
        staff.appoint(member, post=post, unit="centre", at=FOUNDED_AT)
    for post in OF_A_UNIT:
        for unit in (moves.SIMING_BUREAU, moves.HULI_BUREAU):
            staff.appoint(member, post=post, unit=unit, at=FOUNDED_AT)

    def acting_as(post, unit=moves.SIMING_BUREAU):
        there = unit if post in OF_A_UNIT else "centre"
        return Actor(id=str(member), kind=ActorKind.MEMBER, post=post, unit=there)

    return acting_as
