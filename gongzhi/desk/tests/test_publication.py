"""The page on which the city says what the public is told of each class."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import Client

from gongzhi.norms import operations as norms
from gongzhi.norms import queries
from gongzhi.norms.rules import ClassUnknown
from gongzhi.norms.states import PUBLICATION, Publication
from gongzhi.people.rules import GroundsNeeded
from gongzhi.people.states import Post
from gongzhi.portal.publication import publication_of
from gongzhi.scenarios.founding import FOUNDER
from gongzhi.testing import moves
from gongzhi.testing.moves import MONDAY_9AM, STREET_VENDOR
from gongzhi.testing.powers import nobody_makes_it_on_an_old_picture, only_the_administrator_makes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_the_administrator_lets_a_class_be_told_otherwise_and_takes_it_back(at_desk):
    case = moves.case_of(moves.report())
    public = Client()
    assert publication_of(STREET_VENDOR, at=MONDAY_9AM) is Publication.AFTER_CLOSING
    assert public.get(f"/cases/{case.uid}/").status_code == 200
    keeper = at_desk(Post.SYSTEM_ADMINISTRATOR)
    said = {"class": STREET_VENDOR, "publication": "never", "grounds": "试点期间不公开"}
    assert "本市设定" not in keeper.reads("/desk/publication/")
    refused = keeper.post("/desk/publication/put/", {**said, "seen": 0, "grounds": " "})
    assert refused.status_code == 409
    assert keeper.post("/desk/publication/put/", {**said, "seen": 0}).status_code == 302
    assert publication_of(STREET_VENDOR, at=MONDAY_9AM) is Publication.NEVER
    assert public.get(f"/cases/{case.uid}/").status_code == 404
    assert "本市设定" in keeper.reads("/desk/publication/")
    stale = keeper.post("/desk/publication/put/", {**said, "seen": 0, "publication": "at_once"})
    assert (stale.status_code, "试点期间不公开" in stale.content.decode()) == (409, True)
    assert keeper.post("/desk/publication/put/", {**said, "seen": 1, "publication": ""}).status_code == 302
    assert publication_of(STREET_VENDOR, at=MONDAY_9AM) is Publication.AFTER_CLOSING


def test_only_the_administrator_changes_it_and_nobody_on_an_old_picture(at_desk):
    put = partial(norms.put_publication, STREET_VENDOR, Publication.NEVER, grounds="试点", at=MONDAY_9AM)
    for key, grounds, refusal in (("no|such|class", "试点", ClassUnknown), (STREET_VENDOR, "", GroundsNeeded)):
        with pytest.raises(refusal):
            norms.put_publication(key, None, grounds=grounds, seen=0, by=FOUNDER, at=MONDAY_9AM)
    assert at_desk(Post.ACCEPTOR).post("/desk/publication/put/", {"class": STREET_VENDOR}).status_code == 403
    norms.put_publication(STREET_VENDOR, Publication.AT_ONCE, grounds="先行", seen=0, by=FOUNDER, at=MONDAY_9AM)
    only_the_administrator_makes(put, act="publication.put", stream=PUBLICATION, edition=queries.publication_edition)
    nobody_makes_it_on_an_old_picture(put, thing=PUBLICATION, edition=queries.publication_edition)
