"""The installation's environment: each variable's good and bad values."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from gongzhi.config import environment
from gongzhi.config.environment import VARIABLES, BadSetting, database_settings


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        (environment.HOME, "/srv/gongzhi", Path("/srv/gongzhi")),
        (environment.HOME, " /srv/gongzhi ", Path("/srv/gongzhi")),
        (environment.HOME, "data", Path.cwd() / "data"),
        (environment.MODE, "demo", "demo"),
        (environment.MODE, "production", "production"),
        (environment.MODE, "test", "test"),
        (environment.DATABASE_URL, "", ""),
        (environment.DATABASE_URL, "sqlite:////srv/city.sqlite3", "sqlite:////srv/city.sqlite3"),
        (environment.DATABASE_URL, "postgresql://u:p@db:5432/city", "postgresql://u:p@db:5432/city"),
        (environment.FILES_URL, "", ""),
        (environment.FILES_URL, "s3://k:s@store:9000/b/x?region=r&tls=no", "s3://k:s@store:9000/b/x?region=r&tls=no"),
        (environment.DATABASE_POOL, "yes", True),
        (environment.DATABASE_POOL, "0", False),
        (environment.HTTPS, "ON", True),
        (environment.HTTPS, "", False),
        (environment.LOCK_WAIT, "0.5", 0.5),
        (environment.LOCK_WAIT, "3600", 3600.0),
        (environment.ALLOWED_HOSTS, " city.example , 10.0.0.1,", ["city.example", "10.0.0.1"]),
        (environment.MESSAGES, "", ""),
        (environment.MESSAGES, "record", "record"),
        (environment.MAIL_URL, "", ""),
        (environment.MAIL_URL, "smtps://u:p@relay:465", "smtps://u:p@relay:465"),
        (environment.SMS_FILE, "", None),
        (environment.SMS_FILE, "/etc/sms.json", Path("/etc/sms.json")),
        (environment.WECOM_URL, "https://wecom.example/", "https://wecom.example"),
        (environment.WECOM_AGENT, "1000002", 1000002),
        (environment.WEBHOOK_NETWORKS, "", []),
        (environment.WEBHOOK_NETWORKS, "10.8.0.0/16, fd00::/8", [ip_network("10.8.0.0/16"), ip_network("fd00::/8")]),
        (environment.CARRIER_WAIT, "2.5", 2.5),
        (environment.LANGUAGE, "en", "en"),
        (environment.LANGUAGE, "zh-hans", "zh-hans"),
    ],
)
def test_a_value_is_read(variable, text, value):
    assert variable.value({variable.name: text}) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        (environment.HOME, ""),
        (environment.HOME, "~nobody-of-this-name/x"),
        (environment.HOME, "a\0b"),
        (environment.MODE, "Production"),
        (environment.MODE, ""),
        (environment.DATABASE_URL, "mysql://db/city"),
        (environment.DATABASE_URL, "postgresql://db:port/city"),
        (environment.DATABASE_URL, "postgresql://db:0/city"),
        (environment.DATABASE_URL, "postgresql://db:70000/city"),
        (environment.DATABASE_URL, "city.sqlite3"),
        (environment.FILES_URL, "https://store/bucket"),
        (environment.FILES_URL, "s3://store"),
        (environment.FILES_URL, "s3:///bucket"),
        (environment.FILES_URL, "s3://store:0/bucket"),
        (environment.FILES_URL, "s3://store/bucket?ssl=no"),
        (environment.DATABASE_POOL, "maybe"),
        (environment.HTTPS, "2"),
        (environment.LOCK_WAIT, "soon"),
        (environment.LOCK_WAIT, "0"),
        (environment.LOCK_WAIT, "-1"),
        (environment.LOCK_WAIT, "nan"),
        (environment.LOCK_WAIT, "inf"),
        (environment.MESSAGES, "maybe"),
        (environment.MAIL_URL, "relay"),
        (environment.MAIL_URL, "http://relay"),
        (environment.MAIL_URL, "smtps://"),
        (environment.MAIL_URL, "smtp://relay:0"),
        (environment.WECOM_URL, ""),
        (environment.WECOM_URL, "ftp://wecom.example"),
        (environment.WECOM_AGENT, "ours"),
        (environment.WEBHOOK_NETWORKS, "10.8.0.1/16"),
        (environment.WEBHOOK_NETWORKS, "intranet"),
        (environment.CARRIER_WAIT, "0"),
        (environment.LANGUAGE, "fr"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named_with_its_meaning(variable, text):
    with pytest.raises(BadSetting) as stopped:
        variable.value({variable.name: text})
    assert variable.name in str(stopped.value)
    assert variable.meaning in str(stopped.value)


def test_a_secret_is_not_shown_even_when_it_cannot_be_read():
    with pytest.raises(BadSetting) as stopped:
        environment.MAIL_URL.value({"GONGZHI_MAIL_URL": "smtps://relay:geheim/x"})
    assert "geheim" not in str(stopped.value)
    assert {one.name for one in VARIABLES if one.is_secret} >= {
        "GONGZHI_FILES_URL",
        "GONGZHI_MAIL_URL",
        "GONGZHI_SMS_SECRET",
        "GONGZHI_WECOM_SECRET",
    }


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda one: one.name)
def test_every_variable_has_a_default_that_can_be_read(variable):
    variable.value({})


HOME = Path("/srv/gongzhi")


def settings_of(url, *, pool=False):
    return database_settings(url, home=HOME, timeout_s=20, pool=pool)


def test_without_a_database_url_the_database_is_a_file_in_the_home_folder():
    said = settings_of("")
    assert said["NAME"] == "/srv/gongzhi/gongzhi.sqlite3"
    assert said["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in said["OPTIONS"]["init_command"]
    assert settings_of("sqlite:////data/my%20city.sqlite3")["NAME"] == "/data/my city.sqlite3"


def test_every_part_of_a_postgresql_url_reaches_the_driver():
    said = settings_of("postgresql://clerk:p%40ss@db.example:5433/city%201?sslmode=require&application_name=gongzhi")
    assert [said[part] for part in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "city 1",
        "clerk",
        "p@ss",
        "db.example",
        "5433",
    ]
    assert said["OPTIONS"] == {
        "sslmode": "require",
        "application_name": "gongzhi",
        "options": "-c lock_timeout=20000",
    }


def test_a_socket_may_stand_for_the_host():
    said = settings_of("postgresql://postgres@/city?host=/run/postgresql&port=5433", pool=True)
    assert (said["HOST"], said["PORT"]) == ("/run/postgresql", "5433")
    assert said["OPTIONS"] == {"pool": True, "options": "-c lock_timeout=20000"}
    assert said["CONN_MAX_AGE"] == 0
