"""The customer opinion form 客户意见征询表: version 1 asks how good each service is, version 2 how important it is too."""

from dataclasses import replace

from feedback.enums import ItemKind, ServiceGroup
from feedback.services.shipped.pieces import ShippedForm, ShippedSection, rated, weighed, written

KEY = "customer-opinion"
NAME = ("客户意见征询表", "Customer opinion form")
PURPOSE = (
    "{port}希望了解{company}对我们的运输服务、信息服务和附加服务的意见。",
    "{port} would like to hear what {company} thinks of its transport, information and added services.",
)
LEAD = (
    "请按您的实际感受打分。没有用过的服务请选“不适用”。",
    "Please rate what you have seen yourself. Choose “not applicable” for what you do not use.",
)

FIRST = ShippedForm(
    key=KEY,
    name=NAME,
    purpose=PURPOSE,
    minutes=3,
    sections=(
        ShippedSection(
            ServiceGroup.TRANSPORT,
            ("运输服务", "Transport service"),
            LEAD,
            (
                rated("schedule_reliability", "航班可靠性", "Schedule reliability"),
                rated("sailing_frequency", "航班密度", "Sailing frequency"),
                rated("space_supply", "舱位供应能力", "Space supply"),
                rated("inland_transport", "内陆运输的安排", "Inland transport"),
                rated("transshipment", "中转货物的连接", "Transshipment connection"),
                rated("rate_level", "运价水平", "Rate level"),
                rated("claims_efficiency", "索赔效率", "Claims efficiency"),
            ),
        ),
        ShippedSection(
            ServiceGroup.INFORMATION,
            ("信息服务", "Information service"),
            LEAD,
            (
                rated("sailing_timetable", "航班周期表", "Sailing timetable"),
                rated("cargo_tracking", "货物跟踪系统", "Cargo tracking"),
                rated("documents", "单证发行的迅速与正确性", "Fast and correct documents"),
                rated("carrier_information", "船公司信息", "Carrier information"),
                rated("document_flow", "单证流转信息", "Document flow"),
                rated("edi_it_level", "EDI与IT水平", "EDI and IT level"),
            ),
        ),
        ShippedSection(
            ServiceGroup.ADDED_SERVICE,
            ("附加服务", "Added service"),
            LEAD,
            (
                rated("after_sales", "售后服务", "After-sales service"),
                rated("equipment", "运输与包装设备的供应", "Transport and packing equipment"),
                rated("rate_notice", "运价变动提示的迅速性", "Prompt notice of rate changes"),
                rated("extended_services", "延伸服务", "Extended services"),
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
                written("comment", "您还有什么意见或建议？", "What else would you like to tell us?"),
            ),
        ),
    ),
)

LEAD_OF_TWO = (
    "每项服务请打两个分：对贵公司有多重要，我们做得怎么样。没有用过的服务请选“不适用”。",
    "Please give each service two marks: how important it is to your company, and how well we do it. "
    "Choose “not applicable” for what you do not use.",
)


def _with_importance(section: ShippedSection) -> ShippedSection:
    pairs = [one for key, zh, en, _further in section.items for one in weighed(key, zh, en)]
    return replace(section, lead=LEAD_OF_TWO, items=tuple(pairs))


*_services, _overall = FIRST.sections
SECOND = replace(FIRST, number=2, minutes=6, sections=(*map(_with_importance, _services), _overall))
