"""Fixtures of this room; what they are made of stands in `scene.py` and `servers.py`, imported when Django is ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gongzhi.kernel.actor import Actor
    from gongzhi.notices.states import Carrier
    from gongzhi.notices.tests.scene import Pocket
    from gongzhi.notices.tests.servers import Certificate


@pytest.fixture
def pockets() -> Iterator[dict[Carrier, Pocket]]:
    """Every outward carrier as a pocket."""
    from gongzhi.notices import carriers
    from gongzhi.notices.states import OUTWARD
    from gongzhi.notices.tests.scene import Pocket

    made = {carrier: Pocket(carrier) for carrier in OUTWARD}
    with carriers.using(dict(made)):
        yield made


@pytest.fixture
def topics(city, monkeypatch) -> None:
    """An upper room that came after founding has three topics, and citizens who gave a number."""
    from gongzhi.notices import registry
    from gongzhi.notices.tests import scene

    monkeypatch.setattr(registry, "_topics", dict(registry._topics))
    monkeypatch.setattr(registry, "_resolvers", dict(registry._resolvers))
    scene.register()


@pytest.fixture
def admin(city) -> Actor:
    from gongzhi.people.states import Post
    from gongzhi.testing.moves import member

    return member(Post.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    from gongzhi.notices.tests import servers

    return servers.certificate(tmp_path)


@pytest.fixture
def trusted(certificate, monkeypatch) -> Certificate:
    """The certificate is one that this machine believes."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    return certificate
