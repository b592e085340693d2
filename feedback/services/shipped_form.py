"""The customer opinion form 客户意见征询表 as it is shipped: wording, scales and order."""

from dataclasses import dataclass, field

from feedback.enums import ItemKind, ServiceGroup

KEY = "customer-opinion"
NAME = ("客户意见征询表", "Customer opinion form")
MINUTES = 3
BAD_TO_GOOD = {"low_zh": "很不满意", "low_en": "Very poor", "high_zh": "很满意", "high_en": "Very good"}


@dataclass(frozen=True)
class ShippedSection:
    """One page. `items` are (key, Chinese, English, further fields of the item)."""

    key: str
    title: tuple[str, str]
    lead: tuple[str, str]
    items: tuple[tuple[str, str, str, dict], ...]


def _rated(key: str, zh: str, en: str) -> tuple[str, str, str, dict]:
    return key, zh, en, {"kind": ItemKind.RATING, "allows_na": True} | BAD_TO_GOOD


@dataclass(frozen=True)
class ShippedForm:
    key: str = KEY
    name: tuple[str, str] = NAME
    minutes: int = MINUTES
    sections: tuple[ShippedSection, ...] = field(default=())


LEAD = (
    "请按您的实际感受打分。没有用过的服务请选“不适用”。",
    "Please rate what you have seen yourself. Choose “not applicable” for what you do not use.",
)

SHIPPED = ShippedForm(
    sections=(
        ShippedSection(
            ServiceGroup.TRANSPORT,
            ("运输服务", "Transport service"),
            LEAD,
            (
                _rated("schedule_reliability", "航班可靠性", "Schedule reliability"),
                _rated("sailing_frequency", "航班密度", "Sailing frequency"),
                _rated("space_supply", "舱位供应能力", "Space supply"),
                _rated("inland_transport", "内陆运输的安排", "Inland transport"),
                _rated("transshipment", "中转货物的连接", "Transshipment connection"),
                _rated("rate_level", "运价水平", "Rate level"),
                _rated("claims_efficiency", "索赔效率", "Claims efficiency"),
            ),
        ),
        ShippedSection(
            ServiceGroup.INFORMATION,
            ("信息服务", "Information service"),
            LEAD,
            (
                _rated("sailing_timetable", "航班周期表", "Sailing timetable"),
                _rated("cargo_tracking", "货物跟踪系统", "Cargo tracking"),
                _rated("documents", "单证发行的迅速与正确性", "Fast and correct documents"),
                _rated("carrier_information", "船公司信息", "Carrier information"),
                _rated("document_flow", "单证流转信息", "Document flow"),
                _rated("edi_it_level", "EDI与IT水平", "EDI and IT level"),
            ),
        ),
        ShippedSection(
            ServiceGroup.ADDED_SERVICE,
            ("附加服务", "Added service"),
            LEAD,
            (
                _rated("after_sales", "售后服务", "After-sales service"),
                _rated("equipment", "运输与包装设备的供应", "Transport and packing equipment"),
                _rated("rate_notice", "运价变动提示的迅速性", "Prompt notice of rate changes"),
                _rated("extended_services", "延伸服务", "Extended services"),
            ),
        ),
        ShippedSection(
            "overall",
            ("总体评价", "Overall"),
            ("最后三个问题。", "Three last questions."),
            (
                (
                    "overall",
                    "总的来说，您对我港的服务满意吗？",
                    "All in all, how satisfied are you with our port?",
                    {
                        "kind": ItemKind.RATING,
                        "required": True,
                        "low_zh": "很不满意",
                        "low_en": "Very dissatisfied",
                        "high_zh": "很满意",
                        "high_en": "Very satisfied",
                    },
                ),
                (
                    "recommend",
                    "您有多大可能向同行推荐我港？",
                    "How likely are you to recommend our port to others in your trade?",
                    {
                        "kind": ItemKind.RECOMMEND,
                        "minimum": 0,
                        "maximum": 10,
                        "low_zh": "完全不会",
                        "low_en": "Not at all",
                        "high_zh": "一定会",
                        "high_en": "Certainly",
                    },
                ),
                ("comment", "您还有什么意见或建议？", "What else would you like to tell us?", {"kind": ItemKind.COMMENT}),
            ),
        ),
    ),
)
