"""The written request for suggestions 书面征询建议表, to cargo owners 货主."""

from feedback.services.shipped.pieces import ShippedForm, ShippedSection, written

FORM = ShippedForm(
    key="suggestion-request",
    name=("书面征询建议表", "Written request for suggestions"),
    purpose=(
        "{port}诚请{company}对我们的服务提出书面建议。",
        "{port} asks {company} for its suggestions in writing.",
    ),
    minutes=5,
    sections=(
        ShippedSection(
            "suggestions",
            ("您的建议", "Your suggestions"),
            ("想到什么写什么，不必每题都填。", "Write what comes to mind; no question has to be answered."),
            (
                written("improve", "哪些服务最需要改进？", "Which service should we improve first?"),
                written("add", "您希望我们增加哪些服务？", "Which service should we add?"),
                written("keep", "哪些做法请我们保持下去？", "What should we keep as it is?"),
            ),
        ),
    ),
)
