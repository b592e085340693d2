"""Files made to hurt: refused with a reason, or read as far as they go, with bounded work, rows and pages."""

import pytest
from django.utils import translation

from cargo.documents import reading
from cargo.documents.document import read_document
from cargo.documents.edifact import manifests
from cargo.documents.reading import NotReadable
from cargo.documents.remarks import Kind
from cargo.documents.stored import facts_of
from cargo.models import Candidate, CargoDocument, DocumentKey, DocumentMessage, Sighting
from cargo.queries import sightings
from cargo.queries.sightings import findings_of
from cargo.services.documents import take_in_document
from cargo.tests.factories import edifact, make_document, stowage
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

KB = 1000
LARGE = 200 * KB


def many(pattern: str, count: int) -> str:
    return "".join(pattern.format(number) for number in range(count))


def message(*body: str, kind: str = "IFTMIN") -> bytes:
    return f"UNB+UNOA:2+A+B+261127:0800+R1'UNH+7+{kind}:D:95B:UN'{''.join(body)}UNT+9+7'UNZ+1+R1'".encode()


HOSTILE = {
    "segments of two signs": message("X'" * (LARGE // 2)),
    "nothing but ends": message("'" * LARGE),
    "ends and blanks": message("' \r\n" * (LARGE // 4)),
    "released without end": message("FTX+AAA+++" + "??" * (LARGE // 2) + "'"),
    "a release sign at the end": message("FTX+AAA+++" + "?" * LARGE),
    "one long segment": message("GID+1+1:CT'FTX+AAA+++" + "x" * LARGE + "'"),
    "elements without end": message("NAD+CZ+++" + "+" * LARGE + "'"),
    "components without end": message("NAD+CZ+++" + "a:" * (LARGE // 2) + "'"),
    "null bytes far behind": message("FTX+AAA+++" + "x" * 5000 + "'NAD+CZ+++A\x00B:1 ROAD'FTX+AAA+++" + "\0" * LARGE + "'"),
    "heads within heads": message("UNH+1+IFTMIN'" * 4000),
    "groups within groups": message("UNG+1'" * 5000, "CNI+1+B'GID+1+1:CT'CNI+2'" * 2000, kind="CUSCAR"),
    "goods without end": message("GID+1+1:CT'" * (LARGE // 11)),
    "places without end": message("LOC+9+CNSHG'" * (LARGE // 12)),
    "counts of many digits": message("EQD+CN+CSQU3054383'EQN+" + "9" * LARGE + "'MEA+WT++KGM:" + "9" * LARGE + "'", kind="COPARN"),
    "one box under each bill": message(many("CNI+{0}+B{0}'EQD+CN+CSQU3054383+22G1'", 4000), kind="CUSCAR"),
    "a long vessel": message("TDT+20+" + "V" * LARGE + "+++C+++:::" + "A B " * (LARGE // 4) + "'", kind="BAPLIE"),
    "signs of no encoding": message("FTX+AAA+++") + b"\xff\xe9\x81" * (LARGE // 3) + b"'",
    "platform bills": ("00:IFCSUM:M:9'" + many("12:B{0}'", 20_000)).encode(),
    "platform boxes": ("00:IFCSUM:M:9'12:B'" + many("51:1:ABCU{0:07d}:S:40HC:F:1:1:1'", 5000)).encode(),
    "platform texts": ("00:IFCSUM:M:9'12:B'41:1'" + "47:x'" * (LARGE // 5)).encode("gb18030"),
}


@pytest.fixture
def kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.django_db
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_kept_as_far_as_it_can_be_read_and_its_report_is_short(kept, client, name):
    document = make_document(content=HOSTILE[name], name="hostile.edi")
    client.force_login(make_user(Role.OPERATIONS))

    report = client.get(document.get_absolute_url())

    stored = CargoDocument.objects.get()
    assert (stored.state, stored.message_count >= 1, report.status_code) == ("read", True, 200)
    assert DocumentMessage.objects.filter(document=stored).count() == stored.message_count
    assert len(report.content) < 1000 * KB
    assert max((len(key) for key in DocumentKey.objects.values_list("key", flat=True)), default=0) <= 100


@pytest.mark.django_db
def test_parties_without_end_are_candidates_each_seen_once(kept, django_assert_max_num_queries):
    content = message(many("NAD+CN+++FIRM{0}'", 1_500))

    with django_assert_max_num_queries(70):
        make_document(content=content)

    assert (Candidate.objects.count(), Sighting.objects.count()) == (1_500, 1_500)


def test_ten_thousand_parties_are_ten_thousand_firms():
    facts = facts_of(read_document(message(many("NAD+CN+++FIRM{0}'", 10_000))).messages[0])

    assert len(findings_of(facts).firms) == 10_000


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "reason"), [
    (stowage("CSQU3054383")[:20], "The file holds no message."),
    (b"\x1f\x8b\x08\x00" + b"\x00" * 5000, "This is no text file."),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "This is no text file."),
    ("UNB+UNOA:2+A+B'UNH+1+BAPLIE'".encode("utf-16"), "This is no text file."),
    (b"\xff" * 5000, "This is neither an EDIFACT file nor a platform file."),
    (b" " * 300_000, "This is neither an EDIFACT file nor a platform file."),
    (b"UNH" * 6000, "The file holds more than 5000 messages. Ask the sender to divide it."),
])  # fmt: skip
def test_what_tells_nothing_is_refused_with_its_reason_and_nothing_is_kept(kept, content, reason):
    with translation.override("en"), pytest.raises(RuleBroken) as refused:
        take_in_document(name="hostile.edi", content=content, by=system_user())

    with translation.override("en"):
        assert str(refused.value.message) == reason
    assert (CargoDocument.objects.count(), DocumentKey.objects.count()) == (0, 0)


@pytest.mark.parametrize("limit", ["MOST_SEGMENTS", "MOST_SEPARATORS"])
def test_more_parts_than_any_document_has_are_refused_before_they_are_cut(monkeypatch, limit):
    content = edifact("BGM++1+9", "NAD+CZ+++A:B:C")
    monkeypatch.setattr(reading, limit, 4)
    monkeypatch.setattr(reading, "_segments", lambda *_all: pytest.fail("was cut"))

    with pytest.raises(NotReadable) as refused:
        read_document(content)

    assert refused.value.remark.kind == Kind.TOO_MANY_PARTS


class Counted(list):
    """A list that counts how often it is gone through."""

    walks = 0

    def __iter__(self):
        self.walks += 1
        return super().__iter__()


def test_the_boxes_before_the_first_bill_are_gone_through_once_and_not_for_each_bill(monkeypatch):
    listed = Counted()
    real = manifests._boxes
    monkeypatch.setattr(manifests, "_boxes", lambda segments: listed.extend(real(segments)) or listed if not listed else real(segments))

    read_document(message(many("EQD+CN+ABCU{0:07d}+22G1'", 40), many("CNI+{0}+BL{0}'SGP+ABCU{0:07d}'", 40), kind="CUSCAR"))

    assert (len(listed), listed.walks <= 3) == (40, True)


def test_the_places_of_a_message_are_gone_through_once_and_not_for_each_bill():
    content = message("LOC+9+CNSHG'LOC+11+KRPUS'", many("CNI+{0}+BL{0}'NAD+CN+++FIRM {0}:1 ROAD'", 40), kind="CUSCAR")
    facts = facts_of(read_document(content).messages[0])
    facts["places"] = Counted(facts["places"])

    found = findings_of(facts)

    assert {(one.loading, one.discharge) for firm in found.firms for one in firm.cargo} == {("CNSHG", "KRPUS")}
    assert facts["places"].walks == 1


def test_parties_of_a_whole_message_are_paired_with_its_bills_only_as_far_as_anybody_means_it(monkeypatch):
    content = message(many("NAD+CZ+++FIRM {0}:1 ROAD'", 10), many("CNI+{0}+BL{0}'", 10), kind="CUSCAR")
    facts = facts_of(read_document(content).messages[0])
    monkeypatch.setattr(sightings, "MOST_PAIRS", 35)

    firms = findings_of(facts).firms

    assert [len(firm.cargo) for firm in firms] == [10, 10, 10, 0, 0, 0, 0, 0, 0, 0]


def test_goods_described_without_end_are_kept_whole_in_the_facts_and_short_at_each_company():
    facts = facts_of(read_document(message("NAD+CN+++FIRM:1 ROAD'GID+1+1:CT'FTX+AAA+++" + "x" * 5000 + "'")).messages[0])

    (firm,) = findings_of(facts).firms

    assert (len(facts["consignments"][0]["goods"][0]["description"]), len(firm.cargo[0].goods)) == (5000, 1000)
