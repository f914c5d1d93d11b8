"""Names of persons: by the words around them, and by what the segmenter takes for a name."""

import re
from collections.abc import Iterator
from functools import lru_cache

from huiyin.language.pii.spans import Span

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧"
    "耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪"
    "简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官阎萧闾仝佟逄郗桂邴麻晁阚钮笪桓卓蔺屠慎常昝卞闻莘贲诸洪崔钮嵇滑荣羊於惠甄魏封芮羿储汲邴糜井宁巴弓牧隗谷宓蓬郗班仰仲伊暴甘斜厉戎武符刘景詹束龙幸韶郜黎蓟薄宿怀蒲邰鄂索咸籍赖蔺苍莘翟贡逄濮牛寿扈燕冀浦尚农温庄晏瞿阎慕连茹习宦艾古易慎戈廖庾暨衡耿弘匡寇禄阙欧殳沃蔚隆师巩厍聂晁勾融冷訾辛简饶曾毋沙鞠丰关蒯荆竺逯桓"
)
COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "东方",
    "端木",
    "南宫",
    "长孙",
    "宇文",
)
HAN = r"[\u4e00-\u9fff]"
NAME = rf"(?:(?:{'|'.join(COMPOUND)}){HAN}{{1,2}}|[{''.join(sorted(SURNAMES))}]·?{HAN}{{1,2}})"
MINORITY = rf"{HAN}{{2,6}}(?:·{HAN}{{2,6}}){{1,3}}"
LEAD = (
    r"(?:我叫|我的?名字(?:是|叫)?|名字(?:是|叫)?|姓名|户名|开户名|收件人|收货人|寄件人|联系人|持卡人|机主|申请人|投保人|被保险人|"
    r"法人|法定代表人|经办人|署名|真名|实名|叫做|入住人)\s?(?:是|叫|为|:|\s|，)?"
)
NOUN = r"(?:乘客|患者|车主|业主|负责人|旅客|学员|家长|客户|本人|收件|寄件)\s?(?:是|叫|为|:)"
LED = re.compile(rf"(?:{LEAD}|{NOUN})\s?({NAME}|{MINORITY}|{HAN}{{2,3}}(?=[\s，,。；;、:/|)\d]|$))")
SAID = re.compile(rf"(?:我是|这里是|我朋友|我爱人|我老公|我老婆|我妈|我爸|找|给|叫)\s?({NAME})")
TITLED = re.compile(rf"({NAME})(?=先生|女士|小姐|太太|老师|经理|师傅|医生|同学|收(?:[，。\s]|$))")
BEFORE_NUMBER = re.compile(rf"(?:^|[，。；;,\n\s:：])({NAME})[\s，,、:：]{{1,3}}(?=[+（(]?\d[\dX\s-]{{8,}})")
# What begins like a surname and a given name, and is none.
NOT_NAMES = re.compile(
    r"^(?:高兴|安全|任何|方便|明天|明白|明显|时间|时候|解决|成功|成为|向你|和你|和我|应该|于是|于此|路上|万一|金额|金币|全部|全是|连接|连续|管理|"
    r"商家|商品|商城|关于|关闭|关联|包装|包裹|包括|包含|单号|单子|师傅|华为|小米|米家|温度|边上|党员|官方|官网|宁可|易懂|项目|古怪|严重|严格|司机|"
    r"许多|常常|黄金|白色|黑色|石头|马上|马路|何时|何况|余额|阳光|车子|车辆|车主|房子|房东|农业|宗旨|左右|钱包|水果|文件|文字|文本|章节|江湖|"
    r"祝你|祝您|祝好|毛病|贺卡|顾客|施工|康复|蓝色|蓝牙|游戏|明明|明细|简单|简直|应用|应当|应付|安装|安排|安卓|单位|全额|全程|成本|成交|解绑|"
    r"解释|解冻|解除|管家|连锁|查询|查看|查收|查到|费用|费率|付款|付费|付钱|席位|卫生|平台|程序|程度|龙卡|华夏|盛大|荣耀|强制|支付|向我|向客|于昨|"
    r"时效|时隔|时常|时而|路由|路过|路费|路段|官微|商户|商标|商务|游客|项链|农行|连我|连个|和平|和谐|和客|和女|和男|向前|向大|向小|谢谢|武林|王老吉|黄太吉|高中|高智|明月|全国|全家|全新|别人|本人|朋友)"
)
NOT_ENDS = re.compile(
    r"(?:[馆会厅证感站坡园局熊汤煮柜庙委丁港江岛饼粥饭茶酒卡所者性率费院店街区村路山河湖桥塘嘴镇乡县市过行管纳]|书记|经理|老师|校长|主任|师傅)$"
)
# Family names that are small words far more often.
_PARTICLES = frozenset("和向于时从应方高常同连与及为当全都别明白安何成路单项关解支包查游")
# Kinds of words that nobody is called by: things, acts, places, times. Given names that are words (建国) are tagged nr.
_EVERYDAY = frozenset({"n", "v", "vn", "a", "d", "s", "t", "r", "p", "c", "q", "m"})
ENGLISH = re.compile(
    r"(?:(?:my|full|her|his|account holder'?s?|cardholder'?s?|recipient'?s?)\s+name\s*(?:is|:)|"
    r"\bname\s*:|\bI am|\bI'm|\bthis is|\bMr\.?|\bMrs\.?|"
    r"\bMs\.?|\bMiss|\bDr\.?|\bregards,|\bsincerely,|\battn:?|\brecipient:?|\bcontact:?|\bcardholder:?)\s+"
    r"((?-i:[A-Z][a-z'’-]+(?:\s[A-Z]\.)?(?:\s(?:van|de|von|bin|al|la))?(?:\s[A-Z][a-z'’-]+){0,2}))",
    re.I,
)
NOT_ENGLISH = re.compile(
    r"(?:The|This|That|An?|I|My|Your|Not|Just|Still|Very|So|Sorry|Trying|Having|Getting|Using|Unable|Writing|"
    r"Waiting|Looking|Customer|Support|Service|Team|Sir|Madam|English|Chinese|VIP|Ok|\w+day)\b"
)


def names(text: str) -> Iterator[Span]:
    for pattern in (LED, TITLED, BEFORE_NUMBER):
        for match in pattern.finditer(text):
            yield from _name(text, match.start(1), match[1])
    tagged = _tagged(text) if _may_name(text) else frozenset()
    for match in SAID.finditer(text):
        if any(start == match.start(1) for start, _end in tagged):
            yield from _name(text, match.start(1), match[1])
    for start, end in tagged:
        if end - start >= 3 and not NOT_ENDS.search(text[start:end]) and not _is_phrase(text[start:end]):
            yield Span(start, end, "NAME")
    for match in ENGLISH.finditer(text):
        if not NOT_ENGLISH.match(match[1]):
            yield Span(*match.span(1), "NAME")


def _name(text: str, start: int, found: str) -> Iterator[Span]:
    """A match, cut where the segmenter ends the name: two characters of a family name and one, or two."""
    if NOT_NAMES.match(found) or NOT_ENDS.search(found):
        return
    if "·" in found:
        yield Span(start, start + len(found), "NAME")
        return
    if not re.match(HAN, text[start + len(found) :]):
        yield Span(start, start + len(found), "NAME")
        return
    ends = [end for begin, end in _words(text) if begin == start and 2 <= end - begin <= len(found)]
    end = ends[0] if ends else start + _length(text, start, found)
    yield Span(start, end, "NAME")


def _length(text: str, start: int, found: str) -> int:
    """Without help from the segmenter: shorter when a word begins with what would be the last character."""
    begins = {begin for begin, end in _words(text) if end - begin > 1}
    last = start + len(found) - 1
    return len(found) - 1 if len(found) > 2 and last in begins else len(found)


def _may_name(text: str) -> bool:
    return any(char in SURNAMES for char in text)


def _tagged(text: str) -> frozenset[tuple[int, int]]:
    """Where the segmenter sees names that begin with a family name, in one piece or in two: 张 and 红梅."""
    found, before = set(), (0, 0)
    for start, end, kind in _segments(text):
        word = text[start:end]
        if kind == "nr" and 2 <= len(word) <= 4 and word[0] in SURNAMES and not NOT_NAMES.match(word):
            found.add((start, end))
        family = text[slice(*before)]
        if kind == "nr" and len(word) == 2 and len(family) == 1 and family in SURNAMES - _PARTICLES:
            found.add((before[0], end))
        before = (start, end)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _is_phrase(word: str) -> bool:
    """A family name's character and an everyday word: 谢快递, 牛肉汤. Names are seldom words, or short enough."""
    import rjieba

    if word.startswith(COMPOUND):
        return False
    if len(word) > 3:
        return True
    (kind, *more) = [kind for _word, kind in rjieba.tag(word[1:])]
    return not more and kind in _EVERYDAY


def _words(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end, _kind in _segments(text)]


@lru_cache(maxsize=64)
def _segments(text: str) -> tuple[tuple[int, int, str], ...]:
    import rjieba

    at, found = 0, []
    for word, kind in rjieba.tag(text):
        found.append((at, at + len(word), kind))
        at += len(word)
    return tuple(found)
