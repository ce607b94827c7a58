"""Our messages on their way to a neighbour: in order, signed, tried again, listed when they fail."""

from datetime import timedelta

import orjson
import pytest

from gongzhi.audit.verify import verify
from gongzhi.config.environment import DEMO_NEIGHBOUR_KEY, BadSetting, neighbour_keys
from gongzhi.intake import neighbours, sheet_delivery
from gongzhi.intake import operations as intake
from gongzhi.intake.models import SheetSending
from gongzhi.intake.queries import sheets as sheet_queries
from gongzhi.intake.rules import MessageNotFailed, NeighbourUnknown, SignatureWrong
from gongzhi.intake.states import SheetMessageState
from gongzhi.notices.carriers.webhook import signature
from gongzhi.notices.rules import BACK_OFF
from gongzhi.notices.tests.servers import closed_port, web_server
from gongzhi.people.operations import NotPermitted
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM
from gongzhi.testing.replies import take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LATER = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture
def sheet(city):
    uid = take().sheet
    acceptor = moves.member("acceptor")
    intake.acknowledge_sheet(uid, seen=sheet_queries.sheet(uid).version, by=acceptor, at=LATER)
    intake.tell_progress(uid, words="已到场", seen=sheet_queries.sheet(uid).version, by=acceptor, at=LATER)
    return uid


@pytest.fixture
def sent_for_real(settings):
    """Messages leave the product, as in production."""
    settings.GONGZHI_MESSAGES = "send"
    settings.GONGZHI_CARRIER_WAIT_S = 2.0
    return settings


def states(sheet):
    return [one.state for one in sheet_queries.messages(sheet=sheet)]


def test_where_messages_are_only_recorded_they_lie_in_the_home_as_files(sheet, settings, tmp_path):
    settings.GONGZHI_HOME = tmp_path
    assert sheet_delivery.tick(LATER) == 2
    names = sorted(one.name for one in (tmp_path / "exchange" / "12345").iterdir())
    assert [name.split("-")[1:3] for name in names] == [["0001", "acknowledge"], ["0002", "progress"]]
    told = orjson.loads((tmp_path / "exchange" / "12345" / names[1]).read_bytes())
    assert (told["message"], told["words"], told["version"]) == ("progress", "已到场", 2)
    assert states(sheet) == [SheetMessageState.SENT] * 2
    assert not SheetSending.objects.exists()
    assert verify().intact


def test_a_message_is_posted_in_order_and_signed_with_the_shared_key(sheet, sent_for_real):
    with web_server() as server:
        sent_for_real.GONGZHI_NEIGHBOURS = {"12345": server.url + "/sheets"}
        sheet_delivery.tick(LATER)
    assert [orjson.loads(one.body)["message"] for one in server.got] == ["acknowledge", "progress"]
    for one in server.got:
        wanted = signature(
            DEMO_NEIGHBOUR_KEY,
            id_=one.headers["webhook-id"],
            stamp=one.headers["webhook-timestamp"],
            body=one.body,
        )
        assert one.headers["webhook-signature"] == wanted
    assert states(sheet) == [SheetMessageState.SENT] * 2


def test_while_the_neighbour_is_down_nothing_is_overtaken_and_it_is_tried_again(sheet, sent_for_real):
    sent_for_real.GONGZHI_NEIGHBOURS = {"12345": f"http://127.0.0.1:{closed_port()}/"}
    assert sheet_delivery.tick(LATER) == 1, "the second waits behind the first"
    assert sheet_delivery.tick(LATER) == 0
    assert states(sheet) == [SheetMessageState.WAITING] * 2
    with web_server() as server:
        sent_for_real.GONGZHI_NEIGHBOURS = {"12345": server.url}
        assert sheet_delivery.tick(LATER + BACK_OFF[0]) == 2
    assert states(sheet) == [SheetMessageState.SENT] * 2


def test_what_fails_too_often_is_listed_with_its_fault_until_somebody_sends_it_anew(sheet, sent_for_real, acceptor):
    sent_for_real.GONGZHI_NEIGHBOURS = {"12345": f"http://127.0.0.1:{closed_port()}/"}
    at = LATER
    for wait in (*BACK_OFF, timedelta()):
        sheet_delivery.tick(at, limit=1)
        at += wait
    first, second = sheet_queries.messages(sheet=sheet)
    assert (first.state, second.state) == (SheetMessageState.FAILED, SheetMessageState.WAITING)
    assert "connection refused" in first.last_fault
    assert [one.uid for one in sheet_queries.messages(state=SheetMessageState.FAILED)] == [first.uid]
    with web_server() as server:
        sent_for_real.GONGZHI_NEIGHBOURS = {"12345": server.url}
        intake.send_message_anew(first.uid, by=acceptor, at=at)
        sheet_delivery.tick(at)
        assert len(server.got) == 2
    assert states(sheet) == [SheetMessageState.SENT] * 2
    assert verify().intact


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_of_the_neighbour_is_final_and_holds_up_no_later_message(status, sheet, sent_for_real):
    with web_server() as server:
        server.says((status, b"{}"))
        sent_for_real.GONGZHI_NEIGHBOURS = {"12345": server.url}
        sheet_delivery.tick(LATER, limit=1)
        server.says((200, b"{}"))
        sheet_delivery.tick(LATER)
    assert states(sheet) == [SheetMessageState.FAILED, SheetMessageState.SENT]
    assert sheet_queries.messages(sheet=sheet)[0].last_fault.endswith(f"HTTP {status} (permanent)")


def test_a_neighbour_without_an_address_is_told_of_in_the_list(sheet, sent_for_real):
    sent_for_real.GONGZHI_NEIGHBOURS = {}
    sheet_delivery.tick(LATER, limit=1)
    assert states(sheet)[0] is SheetMessageState.FAILED


def test_a_folder_that_is_not_there_is_an_outage_that_passes(sheet, sent_for_real, tmp_path):
    sent_for_real.GONGZHI_NEIGHBOURS = {"12345": (tmp_path / "gone").as_uri()}
    sheet_delivery.tick(LATER)
    assert states(sheet) == [SheetMessageState.WAITING] * 2
    (tmp_path / "gone").mkdir()
    sheet_delivery.tick(LATER + BACK_OFF[0])
    assert len(list((tmp_path / "gone").iterdir())) == 2


def test_a_worker_that_dies_keeps_its_lease_until_it_runs_out(sheet, settings, tmp_path):
    settings.GONGZHI_HOME = tmp_path
    assert sheet_delivery._lease("dead", at=LATER) is not None
    assert sheet_delivery.tick(LATER) == 0
    assert sheet_delivery.tick(LATER + sheet_delivery.LEASE) == 2


def test_only_what_failed_is_sent_anew_and_only_by_those_who_may(sheet, acceptor, handler):
    (first, _) = sheet_queries.messages(sheet=sheet)
    with pytest.raises(MessageNotFailed):
        intake.send_message_anew(first.uid, by=acceptor, at=LATER)
    with pytest.raises(NotPermitted):
        intake.send_message_anew(first.uid, by=handler, at=LATER)


# --- signatures and keys --------------------------------------------------------------------------------------------


def signed(body, *, at=MONDAY_9AM, key=DEMO_NEIGHBOUR_KEY, id_="m1"):
    stamp = str(int(at.timestamp()))
    return {"id_": id_, "stamp": stamp, "given": signature(key, id_=id_, stamp=stamp, body=body)}


def test_a_neighbours_message_carries_its_signature():
    body = b'{"sheet_no": "1"}'
    neighbours.require_signed("12345", **signed(body), body=body, at=MONDAY_9AM)


@pytest.mark.parametrize(
    "change",
    [
        {"stamp": "0"},
        {"stamp": "yesterday"},
        {"given": ""},
        {"given": "v1,AAAA"},
        {"id_": "m2"},
    ],
)
def test_a_message_that_is_not_signed_so_is_refused(change):
    body = b"{}"
    with pytest.raises(SignatureWrong):
        neighbours.require_signed("12345", **{**signed(body), **change}, body=body, at=MONDAY_9AM)


def test_another_body_an_old_signature_and_another_key_are_refused():
    other = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ=="
    with pytest.raises(SignatureWrong):
        neighbours.require_signed("12345", **signed(b"{}"), body=b"{ }", at=MONDAY_9AM)
    with pytest.raises(SignatureWrong):
        neighbours.require_signed("12345", **signed(b"{}"), body=b"{}", at=MONDAY_9AM + timedelta(minutes=6))
    with pytest.raises(SignatureWrong):
        neighbours.require_signed("12345", **signed(b"{}", key=other), body=b"{}", at=MONDAY_9AM)
    with pytest.raises(NeighbourUnknown):
        neighbours.require_signed("110x", **signed(b"{}"), body=b"{}", at=MONDAY_9AM)


def test_production_refuses_the_key_that_everybody_knows():
    with pytest.raises(BadSetting):
        neighbour_keys({"12345": DEMO_NEIGHBOUR_KEY}, mode="production")
    assert neighbour_keys({}, mode="production") == {}
    assert set(neighbour_keys({}, mode="demo")) == {"12345", "110"}


def test_two_workers_hand_a_message_over_once(sheet, settings, tmp_path):
    settings.GONGZHI_HOME = tmp_path
    leased = sheet_delivery._lease("one", at=LATER)
    assert leased is not None
    taken = sheet_delivery._lease("two", at=LATER + sheet_delivery.LEASE)
    assert taken is not None
    sheet_delivery._carry(taken, at=LATER + sheet_delivery.LEASE)
    sheet_delivery._keep_missed(leased, "late news", permanent=True, at=LATER + sheet_delivery.LEASE)
    assert states(sheet)[0] is SheetMessageState.SENT, "whose lease was taken over decides nothing any more"
