"""What a conversation that was pasted from a chat says: suggestions for a report, which a person reads and confirms."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from gongzhi.intake.rules import masked_phone
from gongzhi.kernel.geo import SHIFTED_AREA, Crs, Degrees, Point, to_point

LONGEST_PASTE: Final = 20_000
"""Characters of a conversation that are read at once: some hundreds of messages."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What was read out of a conversation.

    Attributes:
        text: what was said, without senders, times and signs that stand for pictures, and with `phone` masked.
        senders: who wrote, in the order of their first words, as the chat calls them.
        phone: the number to call; empty where there is none, or several and none of them is named as the one.
        other_phones: the numbers that were not chosen.
        name: whom to call.
        address: the part that looks like a place.
        point: where it is, of a map link or of coordinates in the words.
        crs: the system the point was given in; None where nothing says so, and it was taken as WGS-84.
        silent_links: links to maps that hold no coordinates that could be read: somebody has to open them.
        pictures: how many pictures, films, recordings and files the conversation had; they do not come with its words.
    """

    text: str
    senders: tuple[str, ...] = ()
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    name: str = ""
    address: str = ""
    point: Point | None = None
    crs: Crs | None = None
    silent_links: tuple[str, ...] = ()
    pictures: int = 0


def read_chat(pasted: str) -> Chat:
    r"""Return what a pasted conversation says.

    Example:
        >>> chat = read_chat("陈小明 11月23日 10:02\n厦禾路123号门口井盖没了，电话13800001234")
        >>> chat.text, chat.senders
        ('厦禾路123号门口井盖没了，电话138****1234', ('陈小明',))
        >>> chat.address, chat.phone
        ('厦禾路123号门口', '13800001234')
    """
    lines, senders = _said(pasted.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    said = "\n".join(lines)
    links = {link: _link_place(link) for link in _LINK.findall(said)}
    read = [place for place in links.values() if place is not None and place != _SILENT]
    words = _LINK.sub(" ", said)
    named = next((one for one in read if one.point is not None), _NOWHERE)
    point, crs = (named.point, named.crs) if named.point is not None else _spoken_point(words)
    phone, others = _phones(words)
    return Chat(
        text=_tidied(_without_number(_without_links(said, [one for one in links if links[one] in read]), phone)),
        senders=senders,
        phone=phone,
        other_phones=others,
        name=_name(words),
        address=_labelled_address(words) or named.address or _spoken_address(words),
        point=point,
        crs=crs,
        silent_links=tuple(one for one, place in links.items() if place == _SILENT),
        pictures=len(_MEDIA.findall(said)),
    )


# Who wrote, and when

_DAY = (
    r"(?:\d{4}\s?[-/年.]\s?\d{1,2}\s?[-/月.]\s?\d{1,2}\s?日?|\d{1,2}\s?[-/月]\s?\d{1,2}\s?日?|今天|昨天|前天|昨日"
    r"|(?:星期|周|礼拜)[一二三四五六日天])"
)
_CLOCK = (
    r"(?:上午|下午|凌晨|清晨|早上|中午|傍晚|晚上|AM|PM|am|pm)?\s?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s?[AaPp][Mm])?"
)
_NAME_CHARS = r"[^\s，。！？；,!?;:：「」\[\]/]"
_DATED_HEAD = re.compile(rf"(?P<who>\S.{{0,39}}?)\s*[ \t:：]\s*{_DAY}\s*{_CLOCK}\s*[:：]?")
_CLOCK_HEAD = re.compile(rf"(?P<who>{_NAME_CHARS}[^，。！？；,!?;:：]{{0,19}}?)\s*[ \t:：]\s*{_CLOCK}\s*[:：]?")
_TIMED_HEAD = re.compile(
    rf"(?:{_DAY}\s*)?{_CLOCK}\s+(?P<who>{_NAME_CHARS}{{1,30}}?)(?:[:：]|\(\d{{5,12}}\)|（\d{{5,12}}）)"
)
_NAMED_HEAD = re.compile(rf"(?P<who>{_NAME_CHARS}[^，。！？；,!?;:：]{{0,19}})[:：]")
_INLINE = re.compile(rf"(?P<who>{_NAME_CHARS}[^，。！？；,!?;:：\n]{{0,19}}?)[:：]\s*(?P<said>\S.*)")
_QUOTE = re.compile(r"「[^：:」]{1,30}[:：]\s*(?P<said>[^」]*)」")
_ONLY_TIME = re.compile(rf"[-—–=_\s]*(?:{_DAY}(?:\s*{_CLOCK})?|{_CLOCK})[-—–=_\s]*")
_RULE_LINE = re.compile(r"[-—–=_*·\s]{4,}")
_SYSTEM_LINE = re.compile(
    r"(?:以下是新消息|以下为新消息|以上是打招呼的内容|.{1,40}撤回了一条消息|.{1,60}(?:加入了?群聊|移出了?群聊)"
    r"|.{1,60}修改群名为.{1,40}|.{1,30}拍了拍.{1,40}|.{0,40}的聊天记录|聊天记录)"
)
_LABEL = re.compile(
    r".*(?:地址|位置|地点|定位|电话|手机|手机号|号码|联系方式|联系人|姓名|时间|日期|问题|情况|如下|诉求|内容|原因|要求|建议"
    r"|说明|补充|备注|标题|类别|反映|投诉|举报|经度|纬度|坐标|注意|提示|另外|还有|比如|例如|通知|回复|https?)"
)


def _said(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return what was said, line by line, and who said it."""
    senders: dict[str, None] = {}
    kept: list[str] = []
    stripped = [one.replace("\u200b", "").replace("\ufeff", "").strip() for one in lines]
    is_inline = _is_inline(stripped)
    for number, line in enumerate(stripped):
        before = stripped[number - 1] if number else ""
        follows = any(stripped[number + 1 : number + 3])  # some programs leave a line empty below the name
        if _ONLY_TIME.fullmatch(line) or _RULE_LINE.fullmatch(line) or _SYSTEM_LINE.fullmatch(line):
            continue
        head = _head(line, starts=not before or bool(_ONLY_TIME.fullmatch(before)), goes_on=follows)
        if head:
            senders.setdefault(head)
            continue
        inline = _INLINE.fullmatch(line) if is_inline else None
        if inline is not None and not _LABEL.fullmatch(inline["who"]):
            senders.setdefault(inline["who"].strip())
            line = inline["said"]
        quote = _QUOTE.fullmatch(line)
        kept.append(quote["said"] if quote is not None else line)
    return kept, tuple(senders)


def _head(line: str, *, starts: bool, goes_on: bool) -> str:
    """Return who is named in a line that only says who wrote what follows; empty for any other line.

    A name with a clock and no day, and a name with nothing but a colon, count only where a message may begin.
    """
    dated = _DATED_HEAD.fullmatch(line) or _TIMED_HEAD.fullmatch(line)
    if dated is not None and not _LABEL.fullmatch(dated["who"]):
        return dated["who"].strip()
    if not (starts and goes_on):
        return ""
    bare = _CLOCK_HEAD.fullmatch(line) or _NAMED_HEAD.fullmatch(line)
    return bare["who"].strip() if bare is not None and not _LABEL.fullmatch(bare["who"]) else ""


def _is_inline(lines: list[str]) -> bool:
    """Whether each message stands on a line of its own behind its sender: most lines do, and there are several."""
    spoken = [one for one in lines if one]
    found = [match for match in map(_INLINE.fullmatch, spoken) if match is not None]
    named = [one for one in found if not _LABEL.fullmatch(one["who"])]
    return len(named) >= _FEWEST_INLINE and len(named) * 2 > len(spoken)


_FEWEST_INLINE: Final = 2


# What stands for something else

_MEDIA = re.compile(r"\[(?:图片|照片|视频|语音|文件|小视频|Image|Photo|Picture|Video|Voice|Audio|File)\]")
_SIGNS = re.compile(
    r"\[(?:动画表情|表情|位置|链接|聊天记录|Location|Sticker|Link|微笑|撇嘴|流泪|大哭|发怒|偷笑|抠鼻|尴尬|惊讶|难过|抓狂|呲牙|"
    r"捂脸|苦涩|裂开|旺柴|破涕为笑|合十|抱拳|强|弱|OK|握手|玫瑰|爱心|加油|感谢|鼓掌|白眼|衰|晕|汗|可怜|愉快|生气|叹气|嘿哈|耶)\]"
)
_ALL_CALLED = re.compile(r"@(?:所有人|全体成员)\s*|@[^\s@\u2005]{1,30}\u2005\s*")


def _without_links(said: str, read: list[str]) -> str:
    """Return the words without the links whose places were read; others stay, for somebody to open."""
    for link in read:
        said = said.replace(link, "")
    return said


def _tidied(said: str) -> str:
    bare = _ALL_CALLED.sub("", _SIGNS.sub("", _MEDIA.sub("", said)))
    lines = [re.sub(r"[ \t\u2005\u3000]+", " ", one).strip() for one in bare.split("\n")]
    return "\n".join(one for one in lines if one)


# Numbers and names

_WIDE = str.maketrans("０１２３４５６７８９＋－．，", "0123456789+-.,")
_MOBILE = r"(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})"
_FIXED = r"(0\d{2,3}[- ]?\d{7,8})"
_NUMBER = re.compile(rf"(?<![\dA-Za-z.])(?:{_MOBILE}|{_FIXED})(?![\dA-Za-z]|\.\d)")
_LABELLED_NUMBER = re.compile(
    r"(?:电话|手机|手机号|手机号码|联系方式|联系我|找我|请联系|回电|致电|[Tt]el|TEL|☎|📞)[^\d\n]{0,6}$"
)
_LOOK_BACK: Final = 16


def _phones(words: str) -> tuple[str, tuple[str, ...]]:
    """Return the number to call and the others: the only one there is, or the only one that is named as such."""
    found: dict[str, bool] = {}
    spelled = words.translate(_WIDE)
    for one in _NUMBER.finditer(spelled):
        number = re.sub(r"[- ]", "", one[1] or one[2])
        labelled = _LABELLED_NUMBER.search(spelled[max(0, one.start() - _LOOK_BACK) : one.start()]) is not None
        found[number] = found.get(number, False) or labelled
    called = [number for number, is_labelled in found.items() if is_labelled]
    chosen = called[0] if len(called) == 1 else next(iter(found)) if len(found) == 1 else ""
    return chosen, tuple(one for one in found if one != chosen)


def _without_number(said: str, phone: str) -> str:
    """Return the words with the number that was taken out of them masked: in full it stands with the contact alone."""
    if not phone:
        return said
    spelled, shown, last = said.translate(_WIDE), [], 0
    for one in _NUMBER.finditer(spelled):
        if re.sub(r"[- ]", "", one[1] or one[2]) == phone:
            shown += [said[last : one.start()], masked_phone(phone)]
            last = one.end()
    return "".join([*shown, said[last:]])


_HAN = r"\u4e00-\u9fff"
_NAMED = (
    re.compile(rf"(?:联系人|姓名|称呼)\s*[:：]\s*([{_HAN}·]{{2,6}})"),
    re.compile(rf"(?:我叫|我是)([{_HAN}·]{{2,4}}?)(?=[，。,.\s！!]|电话|手机|$)"),
    re.compile(rf"联系人([{_HAN}]{{1,2}}(?:先生|女士|小姐|阿姨|师傅|大爷))"),
)
_NOT_A_NAME = re.compile(r".*(?:居民|业主|住户|物业|路人|群众|市民|家长|老师|司机|一个|这里|附近|旁边|本地|来)")


def _name(words: str) -> str:
    for pattern in _NAMED:
        found = pattern.search(words)
        if found is not None and not _NOT_A_NAME.fullmatch(found[1]):
            return found[1]
    return ""


# Places in links

_LINK = re.compile(
    r"(?:https?|amapuri|androidamap|iosamap|qqmap|baidumap|bdapp)://[^\s<>\"'，。；！？、（）【】「」]+|geo:[-+\d.,;=?&%\w]+"
)


@dataclass(frozen=True, slots=True)
class _Place:
    point: Point | None = None
    crs: Crs | None = None
    address: str = ""


_NOWHERE, _SILENT = _Place(), _Place(address="\x00")
_TENCENT, _GAODE, _BAIDU = ("map.qq.com",), ("amap.com", "gaode.com"), ("map.baidu.com",)
_OTHER_MAPS = (
    *("maps.apple.com", "maps.google.com", "maps.google.cn", "ditu.google.cn", "maps.app.goo.gl", "tianditu.gov.cn"),
    *("maps.apple", "map.sogou.com", "map.360.cn", "petalmaps.com"),
)
_SYSTEMS: Mapping[str, Crs] = {"wgs84": Crs.WGS84, "wgs84ll": Crs.WGS84, "gcj02": Crs.GCJ02, "gcj02ll": Crs.GCJ02}


def _link_place(link: str) -> _Place | None:
    """Return the place of a map link, `_SILENT` for one that has none to be read; None for links to anything else."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:  # brackets that are no address
        return None
    said = {name: given[0] for name, given in parse_qs(f"{parts.query}&{parts.fragment.partition('?')[2]}").items()}
    if parts.scheme == "geo":
        return _placed(_pair(parts.path.partition(";")[0]), Crs.WGS84)
    if parts.scheme == "qqmap" or _is_of(host, _TENCENT):
        return _tencent(said)
    if "amap" in parts.scheme or _is_of(host, _GAODE):
        return _gaode(said)
    if parts.scheme in ("baidumap", "bdapp") or _is_of(host, _BAIDU):
        return _baidu(said)
    return _SILENT if _is_of(host, _OTHER_MAPS) else None


def _tencent(said: Mapping[str, str]) -> _Place:
    marker = dict(one.partition(":")[::2] for one in said.get("marker", "").split(";"))
    near = (said.get(one, "") for one in ("coord", "center", "location", "latlng", "tocoord"))
    pair = _first([marker.get("coord", ""), f"{said.get('pointx', '')},{said.get('pointy', '')}", *near])
    called = (marker.get("addr"), marker.get("title"), said.get("addr"), said.get("name"))
    return _placed(pair, Crs.GCJ02, next(filter(None, called), ""))


def _gaode(said: Mapping[str, str]) -> _Place:
    is_shifted = said.get("coordinate") != "wgs84" and said.get("dev", "0") == "0"
    poi, listed = said.get("p", "").split(","), said.get("q", "").split(",")
    marks = said.get("markers", "").partition("|")[0].split(",")
    single = f"{said.get('lon') or said.get('lng', '')},{said.get('lat', '')}"
    pair = _first([said.get("position", ""), *(",".join(one) for one in (poi[1:3], listed[:2], marks[:2])), single])
    called = (said.get("poiname"), said.get("name"), *poi[4:5], *poi[3:4], *listed[2:3], *marks[2:3])
    return _placed(pair, Crs.GCJ02 if is_shifted else Crs.WGS84, next(filter(None, called), ""))


def _baidu(said: Mapping[str, str]) -> _Place:
    kind = said.get("coord_type", "bd09ll")
    if kind == "bd09mc":  # metres of a chart of its own
        return _SILENT
    spoken = said.get("location", "").rpartition("latlng:")[2].partition("|")[0]
    return _placed(_pair(spoken), _SYSTEMS.get(kind, Crs.BD09), said.get("content") or said.get("title", ""))


def _is_of(host: str, known: Iterable[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in known)


def _placed(pair: Degrees | None, crs: Crs, address: str = "") -> _Place:
    if pair is None:
        return _SILENT
    return _Place(to_point(*pair, crs=crs), crs, address.strip()[:_LONGEST_ADDRESS])


def _first(spelled: Iterable[str]) -> Degrees | None:
    return next(filter(None, map(_pair, spelled)), None)


def _pair(spelled: str) -> Degrees | None:
    """Return longitude and latitude of two numbers, whichever stands first: in this country no number can be both."""
    one, comma, other = spelled.partition(",")
    try:
        numbers = float(one), float(other)
    except ValueError:
        return None
    if not comma or not all(map(math.isfinite, numbers)):
        return None
    return next((pair for pair in (numbers, numbers[::-1]) if SHIFTED_AREA.contains(*pair)), None)


# Places in words

_DECIMAL = r"(\d{1,3}\.\d{3,12})"
_DECIMALS = re.compile(rf"(?<![\d.]){_DECIMAL}[^\d\n]{{1,12}}{_DECIMAL}(?![\d.])")
_SIXTIETHS = r"(\d{1,3})\s?[°度]\s?(\d{1,2})\s?[′'’分]\s?(\d{1,2}(?:\.\d+)?)\s?(?:[″\"”秒]|′′|'')?"
_DEGREES = re.compile(rf"{_SIXTIETHS}[^\d\n]{{1,8}}{_SIXTIETHS}")
_SAID_SYSTEMS = (
    (Crs.BD09, re.compile(r"百度|BD-?09", re.IGNORECASE)),
    (Crs.GCJ02, re.compile(r"高德|腾讯|火星|GCJ-?02", re.IGNORECASE)),
    (Crs.WGS84, re.compile(r"WGS|GPS|北斗|CGCS|大地2000", re.IGNORECASE)),
)


def _spoken_point(words: str) -> tuple[Point | None, Crs | None]:
    """Return the coordinates that the words name and the system they name with them."""
    spelled = words.translate(_WIDE)
    found = [f"{one[1]},{one[2]}" for one in _DECIMALS.finditer(spelled)]
    for one in _DEGREES.finditer(spelled):
        first, second = (_decimal(one.group(*three)) for three in ((1, 2, 3), (4, 5, 6)))
        found.append(f"{first},{second}")
    pair = _first(found)
    if pair is None:
        return None, None
    crs = next((crs for crs, pattern in _SAID_SYSTEMS if pattern.search(spelled)), None)
    return to_point(*pair, crs=crs or Crs.WGS84), crs


def _decimal(sixtieths: tuple[str | None, ...]) -> float:
    degrees, minutes, seconds = (float(one or 0) for one in sixtieths)
    return degrees + minutes / 60 + seconds / 3600


_LONGEST_ADDRESS: Final = 80
_ADDRESS_LABEL = re.compile(
    r"(?:(?:具体|详细|现场|事发)?(?:地址|位置|地点)(?:在|是|为)?\s*[:：]|\[(?:位置|Location)\])\s*([^\n，。；;！!？?]{2,80})"
)
_CLAUSE = re.compile(r"[\s，。；、！？,;!?（）()\[\]【】「」“”\"：:]+")
_PART = rf"[{_HAN}A-Za-z0-9\-]"
_WAY = (
    r"(?:大道|路|街|巷|弄|胡同|社区|小区|花园|公寓|广场|公园|市场|小学|中学|学校|幼儿园|医院|地铁站|车站|公交站|码头|大厦|大桥"
    r"|新村|工业区)"
)
_YARD = r"(?:里|村|城|苑|坊|厝|社)(?=\d{1,4}(?:之\d{1,3}|-\d{1,3})?(?:号|栋|幢|座))"
_SPOT = (
    r"(?:号楼(?![下上前后道梯])|号院|号|栋|幢|座|单元|室|路口|交叉口|交汇处|门口|北门|南门|东门|西门|大门|旁边|旁|对面|附近"
    r"|桥下|出口|入口|站台|后面|前面)"
)
_ADDRESS = re.compile(rf"{_PART}{{1,24}}?(?:{_WAY}|{_YARD})(?:{_PART}{{0,10}}?{_SPOT})*")
_LEADING = re.compile(
    r"^(?:.*(?:在|位于|反映|投诉|举报|经过|路过|看到|发现|来到|住)|今天|昨天|前天|昨晚|今早|今晚|早上|上午|中午|下午|晚上|凌晨|刚才|刚刚"
    r"|最近|现在|目前|每天|我们|我家|我|你们|这边|这里|这个|那个|就是|这是|是|你好|您好|请问|请|麻烦|帮忙|有人|城管|领导|师傅|从|到|去|把"
    r"|位置|地址|地点|的)+(?=.)"
)
_NO_WAY = re.compile(
    r"(?:这条|那条|哪条|一条|整条|走|一|半|马|道|公|铁|修|堵|让|过|带|问|引|拦|的|条|小|大|上|逛|本|各|全|水|电|线|思|出|这个|那个|我们|附近)?"
    rf"{_WAY}"
)


def _labelled_address(words: str) -> str:
    found = _ADDRESS_LABEL.search(words)
    return "" if found is None else found[1].strip()


def _spoken_address(words: str) -> str:
    """Return the part of the words that says most exactly where: with a house number, then a spot, then a street."""
    best, best_rank = "", 0
    for clause in _CLAUSE.split(words):
        for found in _ADDRESS.finditer(clause):
            address = _LEADING.sub("", found[0])
            rank = _exactness(address)
            if rank > best_rank:
                best, best_rank = address, rank
    return best[:_LONGEST_ADDRESS]


def _exactness(address: str) -> int:
    if _NO_WAY.fullmatch(address) or not re.search(_WAY + "|" + _YARD, address):
        return 0
    return 1 + bool(re.search(_SPOT, address)) + bool(re.search(r"\d+(?:号|栋|幢|座)", address))
