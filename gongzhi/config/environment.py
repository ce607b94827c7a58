"""The installation's environment, read once, typed, and stopped by a bad value.

What a city sets (working hours, limits, rules) is not here: that is dated and audited and lives in the database.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from gongzhi.kernel.refusals import Misconfigured

T = TypeVar("T")

KEY_PREFIX = "whsec_"
DEMO_NEIGHBOUR_KEY = "whsec_Z29uZ3poaSBkZW1vIGtleSwga25vd24gdG8gZXZlcnlib2R5"
"""Signs work sheets where nobody has set a key: everybody knows it, so production refuses it."""
DEMO_NEIGHBOURS = ("12345", "110")


class BadSetting(Misconfigured):
    """An environment variable holds a value that cannot be meant."""


@dataclass(frozen=True)
class Variable(Generic[T]):
    """One environment variable: its name, meaning, default and how its text is read; a secret one is never shown."""

    name: str
    meaning: str
    default: str
    read: Callable[[str], T]
    is_secret: bool = False

    def value(self, environment: Mapping[str, str]) -> T:
        """Return the typed value.

        Raises: BadSetting, naming the variable, what it holds and what it means.
        """
        text = environment.get(self.name, self.default).strip()
        try:
            return self.read(text)
        except ValueError as fault:
            if self.is_secret:  # the fault may quote a part of what must not be shown
                raise BadSetting(f"{self.name} cannot be read. It means: {self.meaning}") from None
            raise BadSetting(f"{self.name}={text!r}: {fault}. It means: {self.meaning}") from fault


def _yes_or_no(text: str) -> bool:
    if text.lower() in {"1", "yes", "true", "on"}:
        return True
    if text.lower() in {"", "0", "no", "false", "off"}:
        return False
    raise ValueError("neither yes nor no")


def _mode(text: str) -> str:
    if text not in {"demo", "production", "test"}:
        raise ValueError("none of demo, production, test")
    return text


def _folder(text: str) -> Path:
    if not text:
        raise ValueError("an empty path")
    try:
        return Path(text).expanduser().resolve()
    except RuntimeError as fault:  # there is no such user
        raise ValueError("no such home folder") from fault


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise ValueError("not between 0 and 3600 seconds")
    return seconds


def _few(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 9:
        raise ValueError("not between 0 and 9")
    return count


def _language(text: str) -> str:
    if text not in {"zh-hans", "en"}:
        raise ValueError("neither zh-hans nor en")
    return text


def _database_url(text: str) -> str:
    parts = urlsplit(text)
    if text and parts.scheme not in {"postgresql", "postgres", "sqlite"}:
        raise ValueError("neither postgresql://… nor sqlite:///…")
    if parts.port == 0:  # reading the port refuses one that is no number
        raise ValueError("port 0 is no port")
    return text


def _messages(text: str) -> str:
    if text not in {"", "send", "record"}:
        raise ValueError("neither send nor record")
    return text


def _mail_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtps", "smtp", "smtp+plain"} or not parts.hostname):
        raise ValueError("none of smtps://…, smtp://…, smtp+plain://…, with a host")
    if parts.port == 0:  # reading the port refuses one that is no number
        raise ValueError("port 0 is no port")
    return text


def _files_url(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme != "s3" or not parts.hostname or not parts.path.strip("/")):
        raise ValueError("no s3://host/bucket")
    if parts.port == 0:  # reading the port refuses one that is no number
        raise ValueError("port 0 is no port")
    if unknown := set(dict(parse_qsl(parts.query))) - {"region", "tls"}:
        raise ValueError(f"what is {min(unknown)}?")
    return text


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.port == 0:
        raise ValueError("no http(s)://… with a host")
    return text.rstrip("/")


def _neighbour_urls(text: str) -> dict[str, str]:
    found = _pairs(text)
    for url in found.values():
        parts = urlsplit(url)
        if parts.port == 0 or not ((parts.scheme in {"https", "http"} and parts.hostname) or _is_folder_url(url)):
            raise ValueError("neither http(s)://… nor file:///…")
    return found


def _is_folder_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")


def _neighbour_keys(text: str) -> dict[str, str]:
    found = _pairs(text)
    for key in found.values():
        if not key.startswith(KEY_PREFIX) or len(b64decode(key.removeprefix(KEY_PREFIX), validate=True)) < 24:
            raise ValueError("a key is whsec_ and at least 24 bytes in base64")
    return found


def _pairs(text: str) -> dict[str, str]:
    named = [one.partition("=") for one in _names(text)]
    found = {name.strip(): value.strip() for name, _, value in named}
    if len(found) != len(named) or any(not name or not value or len(name) > 24 for name, value in found.items()):
        raise ValueError("no list of name=value, each name once and of 24 characters at most")
    return found


def _file(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _text(text: str) -> str:
    return text


def _networks(text: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(one) for one in _names(text)]


HOME = Variable("GONGZHI_HOME", "the folder of the database, files and secrets", "var", _folder)
MODE = Variable("GONGZHI_MODE", "demo (invented city, demo accounts), production, or test", "demo", _mode)
DATABASE_URL = Variable(
    "GONGZHI_DATABASE_URL",
    "postgresql://user:password@host:port/name; empty: an SQLite file in the home folder",
    "",
    _database_url,
)
DATABASE_POOL = Variable("GONGZHI_DATABASE_POOL", "yes: keep a pool of PostgreSQL connections", "no", _yes_or_no)
LOCK_WAIT = Variable(
    "GONGZHI_LOCK_WAIT_S",
    "seconds a change waits for another one to finish before it is refused as busy",
    "20",
    _seconds,
)
FILES_URL = Variable(
    "GONGZHI_FILES_URL",
    "where files lie: s3://key:secret@host:port/bucket/prefix of any S3-compatible store, after it ?region=… and, on "
    "this machine only, tls=no; empty: the folder files in the home folder",
    "",
    _files_url,
    is_secret=True,
)
ALLOWED_HOSTS = Variable(
    "GONGZHI_ALLOWED_HOSTS",
    "host names under which the product answers, separated by commas",
    "127.0.0.1,localhost",
    _names,
)
HTTPS = Variable(
    "GONGZHI_HTTPS", "yes: the product stands behind HTTPS; cookies and redirects insist on it", "no", _yes_or_no
)

PROXIES = Variable(
    "GONGZHI_PROXIES",
    "how many proxies stand in front; so many addresses at the end of X-Forwarded-For are believed",
    "0",
    _few,
)
LANGUAGE = Variable(
    "GONGZHI_LANGUAGE", "the language of the terminal: zh-hans or en; pages follow the reader", "zh-hans", _language
)
MESSAGES = Variable(
    "GONGZHI_MESSAGES",
    "send: messages leave the product; record: they are only written to messages.jsonl in the home folder; "
    "empty: send in production, record otherwise",
    "",
    _messages,
)
MAIL_URL = Variable(
    "GONGZHI_MAIL_URL",
    "the mail relay: smtps://user:password@host:465, smtp://… with STARTTLS, smtp+plain://… without encryption, for a "
    "relay on this machine only; empty: no e-mail",
    "",
    _mail_url,
    is_secret=True,
)
MAIL_FROM = Variable("GONGZHI_MAIL_FROM", "the address in the From line of our e-mail", "", _text)
SMS_FILE = Variable(
    "GONGZHI_SMS_FILE", "a JSON file that describes the SMS gateway (docs/notices.md); empty: no SMS", "", _file
)
SMS_SECRET = Variable("GONGZHI_SMS_SECRET", "the secret that the SMS gateway gave us", "", _text, is_secret=True)
WECOM_URL = Variable(
    "GONGZHI_WECOM_URL",
    "where WeCom answers; another one for a private deployment",
    "https://qyapi.weixin.qq.com",
    _web_url,
)
WECOM_CORP = Variable("GONGZHI_WECOM_CORP", "the id of our organisation in WeCom; empty: no WeCom", "", _text)
WECOM_AGENT = Variable("GONGZHI_WECOM_AGENT", "the number of our application in WeCom", "0", int)
WECOM_SECRET = Variable("GONGZHI_WECOM_SECRET", "the secret of our application in WeCom", "", _text, is_secret=True)
WEBHOOK_NETWORKS = Variable(
    "GONGZHI_WEBHOOK_NETWORKS",
    "networks beside the public ones to which webhooks may go, separated by commas, such as 10.8.0.0/16; there http:// "
    "will do, elsewhere it is https:// only",
    "",
    _networks,
)
NEIGHBOURS = Variable(
    "GONGZHI_NEIGHBOURS",
    "where neighbours take our messages about work sheets, separated by commas: 12345=https://…, 110=file:///folder "
    "(docs/worksheets.md)",
    "",
    _neighbour_urls,
)
NEIGHBOUR_KEYS = Variable(
    "GONGZHI_NEIGHBOUR_KEYS",
    "the key that each neighbour shares with us, separated by commas: 12345=whsec_…; without one nothing is exchanged "
    "with it; a demo has keys that everybody knows",
    "",
    _neighbour_keys,
    is_secret=True,
)
MAP_CREDIT = Variable(
    "GONGZHI_MAP_CREDIT",
    "whose ground the maps show and under which approval number (审图号), as it shall stand below every map",
    "",
    _text,
)
CARRIER_WAIT = Variable(
    "GONGZHI_CARRIER_WAIT_S", "seconds that one attempt to hand a message over may take", "10", _seconds
)

PAPER_FONTS = Variable(
    "GONGZHI_PAPER_FONTS",
    "the folder of the fonts in which papers are printed; empty: Noto CJK, or another font with Chinese, where the "
    "system keeps its fonts (Debian: apt install fonts-noto-cjk)",
    "",
    _text,
)

VARIABLES: tuple[Variable[object], ...] = (
    HOME,
    MODE,
    DATABASE_URL,
    DATABASE_POOL,
    LOCK_WAIT,
    FILES_URL,
    MAP_CREDIT,
    ALLOWED_HOSTS,
    HTTPS,
    PROXIES,
    LANGUAGE,
    MESSAGES,
    MAIL_URL,
    MAIL_FROM,
    SMS_FILE,
    SMS_SECRET,
    WECOM_URL,
    WECOM_CORP,
    WECOM_AGENT,
    WECOM_SECRET,
    WEBHOOK_NETWORKS,
    NEIGHBOURS,
    NEIGHBOUR_KEYS,
    CARRIER_WAIT,
    PAPER_FONTS,
)  # type: ignore[assignment]  # a tuple of differently typed readers


def neighbour_keys(found: Mapping[str, str], *, mode: str) -> dict[str, str]:
    """Return the keys of neighbours: in production only those that were set, elsewhere the demo's where none was.

    Raises: BadSetting when production is to trust the key that everybody knows.
    """
    if mode == "production":
        if DEMO_NEIGHBOUR_KEY in found.values():
            raise BadSetting(f"{NEIGHBOUR_KEYS.name} holds the demo's key, which everybody knows: make one of your own")
        return dict(found)
    return dict(found) or dict.fromkeys(DEMO_NEIGHBOURS, DEMO_NEIGHBOUR_KEY)


def database_settings(url: str, *, home: Path, timeout_s: float, pool: bool) -> dict[str, object]:
    """Return Django's DATABASES entry for a URL.

    What a PostgreSQL URL asks after its `?`, such as `sslmode=require`, goes to the driver as it stands. On both
    databases a change waits `timeout_s` for another one and is then refused as busy.
    SQLite runs in WAL with IMMEDIATE transactions and `synchronous=FULL`: a weaker setting may lose an acknowledged
    report when the power goes.
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "sqlite"}:
        path = Path("/" + unquote(parts.path).lstrip("/")) if parts.path else home / "gongzhi.sqlite3"
        return {
            "ENGINE": "gongzhi.base.sqlite",
            "NAME": str(path),
            "OPTIONS": {
                "timeout": timeout_s,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;"
                " PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;",
            },
        }
    query = dict(parse_qsl(parts.query))
    options: dict[str, object] = {name: value for name, value in query.items() if name not in {"host", "port"}}
    wait = f"-c lock_timeout={int(timeout_s * 1000)}"
    options["options"] = f"{wait} {options.get('options', '')}".strip()
    if pool:
        options["pool"] = True
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "gongzhi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or unquote(parts.hostname or ""),
        "PORT": str(query.get("port") or parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool else 60,
    }
