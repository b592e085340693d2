"""The part of a company's name by which two records of one firm are recognised: legal forms, articles and abbreviations gone.

Legal forms of China: 公司法; of other countries as company registers write them. Abbreviations are those bills of lading
and customs lists use.
"""

import re
import unicodedata

from customers.naming.simplified import to_simplified

_CHINESE_FORMS = re.compile(r"(股份有限责任公司|股份有限公司|有限责任公司|股份公司|有限公司|公司)$")
_BRACKETS = re.compile(r"[(\[【〔{<《]([^()\[\]【】〔〕{}<>《》]*)[)\]】〕}>》]")
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")

PLACES = tuple(
    ["北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门", "台湾", "大连", "沈阳", "营口", "锦州", "丹东", "秦皇岛", "唐山", "石家庄", "青岛", "烟台", "日照", "威海", "济南", "连云港", "南京", "苏州", "南通", "无锡", "张家港", "太仓", "镇江", "扬州", "宁波", "舟山", "杭州", "温州", "福州", "厦门", "泉州", "广州", "深圳", "珠海", "湛江", "汕头", "东莞", "佛山", "海口", "洋浦", "北海", "防城港", "钦州", "南宁", "武汉", "长沙", "成都", "昆明", "西安", "郑州", "合肥", "中国"]
)
FORMS = frozenset(
    ["CO", "COMPANY", "COS", "CORP", "CORPORATION", "INC", "INCORPORATED", "LTD", "LIMITED", "LLC", "LLP", "LP", "PLC", "GMBH", "AG", "KG", "SA", "SAS", "SARL", "SRL", "SPA", "BV", "NV", "OY", "AB", "AS", "ASA", "APS", "KK", "PTE", "PTY", "SDN", "BHD", "JSC", "OJSC", "PJSC", "LTDA", "THE", "AND", "OF"]
)
FULL_WORDS = {
    short: word
    for word, shorts in {
        "AGENCY": "AGCY", "AMERICA": "AMER", "AMERICAN": "AMERN", "ASSOCIATION": "ASSN ASSOC", "BROTHERS": "BROS", "CHEMICAL": "CHEM CHEMICALS",
        "CHINA": "CHN", "CONTAINER": "CNTR CONT", "DEVELOPMENT": "DEV DEVT", "DISTRIBUTION": "DIST DISTR", "EASTERN": "EASTN",
        "ELECTRIC": "ELEC", "ENERGY": "ENGY", "ENGINEERING": "ENG ENGR ENGRG", "ENTERPRISE": "ENT ENTERPRISES ENTPR", "EQUIPMENT": "EQPT EQUIP",
        "EXPORT": "EXP", "FORWARDING": "FWDG FWD", "FREIGHT": "FRT FRGT", "GENERAL": "GEN", "GROUP": "GRP GP", "HOLDING": "HLDG HLDGS HOLDINGS",
        "IMPORT": "IMP", "INDUSTRY": "IND INDS INDUSTRIES INDUS", "INTERNATIONAL": "INTL INT INTERNATL", "LOGISTIC": "LOGISTICS LOG",
        "MANAGEMENT": "MGMT MGT", "MANUFACTURING": "MFG MANUF", "MARINE": "MAR", "MARITIME": "MARIT", "MARKETING": "MKTG MKT MKTNG",
        "NATIONAL": "NATL NAT", "PETROCHEMICAL": "PETROCHEM PETROCHEMICALS", "PETROLEUM": "PETRO PETR PET PETROL", "PIPELINE": "PL PIPELINES",
        "PRODUCT": "PROD PRODS PRODUCTS", "REFINING": "REFG REF REFNG", "RESOURCE": "RES RESRCS RESOURCES RESRC", "SERVICE": "SERV SERVS SVC SVCS SERVICES SRVC",
        "SHIPPING": "SHPG SHPNG", "SUPPLY": "SUP SPLY", "TECHNOLOGY": "TECH", "TERMINAL": "TERM TERMINALS", "TRADING": "TRDG TRADG TRDNG TRD",
        "TRANSPORT": "TRANS TRANSP TRANSPORTATION", "WESTERN": "WESTN",
    }.items()
    for short in shorts.split()
}  # fmt: skip
SHORTEST = 2


def folded_chinese(name: str) -> str:
    """上海国际港务(集团)股份有限公司 -> 上海国际港务集团; a place in brackets goes first: 中外运(青岛)有限公司 -> 青岛中外运."""
    text = "".join(unicodedata.normalize("NFKC", to_simplified(name)).upper().split())
    text = _BRACKETS.sub(_unbracketed, text)
    places = "".join(re.findall("\0([^\0]*)\0", text))
    core = re.sub("\0[^\0]*\0", "", text)
    core = re.sub(r"[\W_]+", "", core)
    bare = _CHINESE_FORMS.sub("", core)
    return places + (bare if len(bare) >= SHORTEST else core)


def _unbracketed(found: re.Match) -> str:
    inside = found.group(1)
    return f"\0{inside}\0" if inside.removesuffix("市").removesuffix("省") in PLACES else inside


def folded_english(name: str) -> str:
    """Dow Chemical Co., The -> DOWCHEMICAL; ATLANTIC TRDG & MKTG INC -> ATLANTICTRADINGMARKETING."""
    text = unicodedata.normalize("NFKD", name).upper()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text).replace("'", "")
    words = [FULL_WORDS.get(word, word) for word in _WORD.findall(text)]
    core = [word for word in words if word not in FORMS]
    return "".join(core or words)
