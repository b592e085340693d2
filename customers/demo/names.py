"""Names of firms of believable shape that belong to nobody: rare pairs of characters, a trade, a legal form."""

import random
from dataclasses import dataclass

from pypinyin import lazy_pinyin

# Pairs of characters chosen so that no well-known firm carries them.
BRANDS = (
    "棹川", "汐棠", "潮筠", "泊澍", "沄帆", "舸岚", "砚埠", "栖渚", "汀樾", "鸥澹", "岚棹", "涟舸", "浔笙", "圻舟", "澹浦", "樾港",
    "溟筠", "帆澍", "渚笙", "澍舶", "笙海", "筠洋", "棠渡", "汜舟", "沚航", "泓舸", "湉帆", "濯航", "汭川", "淏远", "洺舟", "浥港",
    "渟泊", "溱帆", "滟舸", "潋棹", "澧笙", "濂舶", "瀚筠", "灏棠",
)  # fmt: skip
CITIES = (
    ("", "", ""), ("上海", "Shanghai", "31"), ("宁波", "Ningbo", "33"), ("青岛", "Qingdao", "37"), ("天津", "Tianjin", "12"),
    ("厦门", "Xiamen", "35"), ("大连", "Dalian", "21"), ("重庆", "Chongqing", "50"), ("武汉", "Wuhan", "42"), ("南京", "Nanjing", "32"),
    ("广州", "Guangzhou", "44"), ("舟山", "Zhoushan", "33"), ("连云港", "Lianyungang", "32"), ("芜湖", "Wuhu", "34"),
)  # fmt: skip


@dataclass(frozen=True)
class Trade:
    zh: str
    en: str
    types: tuple[str, ...]
    cargo_classes: tuple[str, ...]
    modes: tuple[str, ...]
    scope: str


TRADES = (
    Trade(
        "国际货运代理",
        "International Forwarding",
        ("forwarder",),
        ("12", "15", "17"),
        ("agency",),
        "海运、空运进出口货物的国际运输代理，订舱、报关、报检",
    ),
    Trade("远洋物流", "Ocean Logistics", ("forwarder", "storage"), ("15", "17"), ("transport", "agency"), "集装箱货物的运输、仓储和配送"),
    Trade("集装箱运输", "Container Lines", ("carrier",), ("17",), ("transport",), "沿海和近洋集装箱班轮运输"),
    Trade("航运", "Shipping", ("carrier",), ("01", "03", "05"), ("transport",), "沿海及长江干线散货运输"),
    Trade("船务代理", "Ship Agency", ("ship_agent",), ("17",), ("agency",), "外轮代理、船舶供应和船员服务"),
    Trade(
        "矿产贸易",
        "Minerals Trading",
        ("trader", "cargo_owner"),
        ("03", "08"),
        ("own_trade", "wholesale"),
        "铁矿石、锰矿、铬矿的进口和销售",
    ),
    Trade("煤炭运销", "Coal Supply", ("cargo_owner", "trader"), ("01",), ("wholesale",), "动力煤、炼焦煤的采购、配送和销售"),
    Trade("钢铁", "Steel", ("cargo_owner",), ("04", "03"), ("production",), "热轧、冷轧板材的生产和销售，矿石进口自用"),
    Trade("粮油进出口", "Grain and Oil", ("cargo_owner", "trader"), ("11", "16"), ("own_trade",), "大豆、玉米、大麦进口和食用油加工"),
    Trade("石化", "Petrochemicals", ("cargo_owner",), ("02", "13"), ("production",), "成品油和液体化工品的储运与销售"),
    Trade("木业", "Timber", ("cargo_owner", "trader"), ("07",), ("own_trade",), "原木、锯材进口和加工"),
    Trade("化肥", "Fertilizers", ("cargo_owner",), ("09",), ("production", "wholesale"), "氮肥、钾肥、复合肥的生产和进出口"),
    Trade("机电进出口", "Machinery Trading", ("trader",), ("12",), ("own_trade", "agency"), "成套设备、机电产品进出口"),
    Trade("有色金属", "Non-ferrous Metals", ("cargo_owner", "trader"), ("14", "03"), ("own_trade",), "铜精矿、氧化铝和电解铜贸易"),
    Trade("纸业", "Paper", ("cargo_owner",), ("15", "16"), ("production",), "纸浆进口、包装纸和文化用纸生产"),
    Trade("仓储", "Storage", ("storage",), ("13", "15"), ("transport",), "保税仓储、堆存和分拨"),
    Trade("汽车物流", "Vehicle Logistics", ("trucking", "forwarder"), ("12",), ("transport",), "商品车公路、滚装运输"),
)
FORMS = (
    ("有限公司", "Co., Ltd.", "limited"),
    ("股份有限公司", "Co., Ltd.", "joint_stock"),
    ("（集团）有限公司", "Group Co., Ltd.", "limited"),
)


@dataclass(frozen=True)
class Firm:
    name_zh: str
    name_en: str
    short_name: str
    brand: str
    trade: Trade
    legal_form: str
    region: str


def invented_firms(rng: random.Random, count: int) -> list[Firm]:
    """Distinct firms; those of one brand read like sisters."""
    pairs = [(brand, trade) for brand in BRANDS for trade in TRADES]
    rng.shuffle(pairs)
    return [_firm(rng, brand, trade) for brand, trade in pairs[:count]]


def _firm(rng: random.Random, brand: str, trade: Trade) -> Firm:
    city_zh, city_en, region = rng.choice(CITIES)
    form_zh, form_en, legal_form = rng.choices(FORMS, (8, 1, 1))[0]
    brand_en = "".join(lazy_pinyin(brand)).capitalize()
    return Firm(
        name_zh=f"{city_zh}{brand}{trade.zh}{form_zh}",
        name_en=" ".join(part for part in (city_en, brand_en, trade.en, form_en) if part),
        short_name=f"{brand}{trade.zh[:2]}",
        brand=brand,
        trade=trade,
        legal_form=legal_form,
        region=region or rng.choice(["31", "32", "33", "34", "42"]),
    )
