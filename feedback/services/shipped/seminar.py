"""The form for guests of a seminar 交流研讨会议."""

from feedback.enums import ItemKind, Respondents
from feedback.services.shipped.pieces import ShippedForm, ShippedSection, rated, written

PROGRAMME = ("交流研讨会议反馈", "Feedback on seminars")  # the names of the programme that asks with it
FORM = ShippedForm(
    key="seminar",
    name=("交流研讨会议反馈表", "Seminar form"),
    purpose=(
        "感谢{company}参加{port}的交流研讨会议，请谈谈您的看法。",
        "{port} thanks {company} for coming to its seminar and would like to hear what you think of it.",
    ),
    minutes=2,
    respondents=Respondents.GUESTS,
    sections=(
        ShippedSection(
            "seminar",
            ("这次会议", "The seminar"),
            ("请按您的感受打分。", "Please rate what you have seen yourself."),
            (
                rated("seminar_topics", "议题的实用性", "Usefulness of the topics"),
                rated("seminar_talks", "讲解的清楚程度", "Clearness of the talks"),
                rated("seminar_discussion", "交流讨论的充分程度", "Room for discussion"),
                rated("seminar_organisation", "会议组织和安排", "Organisation"),
                (
                    "seminar_again",
                    "下次会议您还愿意参加吗？",
                    "Would you come to the next one?",
                    {
                        "kind": ItemKind.SINGLE,
                        "options": (("yes", "愿意", "Yes"), ("depends", "看议题", "It depends on the topics"), ("no", "不参加", "No")),
                    },
                ),
                written("seminar_wishes", "下次希望讨论什么议题？", "What should be talked about next time?"),
                written("comment", "对港口服务还有什么意见或建议？", "What else would you like to tell us about our services?"),
            ),
        ),
    ),
)
