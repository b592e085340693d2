"""What is measured, in the order it is printed."""

import csv
import itertools
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from bench.desk import measure_desk
from bench.documents import BOXES, measure_samples, stowage_plan
from bench.measuring import Ask, Figure, Wrong, compressed, get, measure, most_memory, timed
from bench.opinions import measure_opinions
from bench.seeding import LAST_DAY, flag_key_accounts, scaled
from bench.words import RARE
from cargo.documents.document import physical_boxes, read_document, totals_of
from cargo.models import LaneSum, MonthlyRollup
from customers.columns import CUSTOMER_ORDERINGS
from customers.models import Customer
from customers.naming import initials_of, pinyin_of
from marketing.models import RankingRun, ValueModel
from marketing.services.computing import compute_ranking
from marketing.services.runs import ask_for_ranking
from marketing.services.value_models import draft_value_model, put_in_force
from portcrm.accounts.models import User
from portcrm.clock import now
from portcrm.exchange.ingesting import ingest
from portcrm.pages.lists.keyset import encode, ordered, sort_keys

DEEP, PAGE = 1_000, 25
CUSTOMER_FILE_ROWS, MANY_CUSTOMER_ROWS, LEDGER_FILE_ROWS = 10_000, 100_000, 100_000
FRAGMENT = {"hx-request": "true"}
TWO_YEARS = {"start": "2024-11", "end": "2026-10"}
NOTHING_KEPT = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
NEW_PHONE = "021-66660000"
Say = Callable[[str], None]


class Bench:
    """One measurement over a seeded database; `say` gets one figure per line."""

    def __init__(self, manager: User, scale: float, rounds: int, say: Say):
        self.manager, self.scale, self.rounds, self.say = manager, scale, rounds, say
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": "zh-hans"})
        self.client.force_login(manager)
        self.figures: dict[str, Figure] = {}

    def run(self, *, pages_only: bool = False) -> None:
        """`pages_only`: in a database that has been measured before, where the files to be imported are in already."""
        if pages_only:
            self.ranking = RankingRun.objects.latest("pk")
        else:
            self.rank()
        self.floors()
        self.lists()
        self.searches()
        self.typing()
        self.records()
        self.rankings()
        self.explorer()
        self.ratios()
        self.static_files()
        self.documents()
        if not pages_only:
            self.desk()
            self.ingest_customers()
            self.ingest_ledger()
            measure_opinions(by=self.manager, scale=self.scale, rounds=self.rounds, say=self.say)

    def pages(self, name: str, asks: Iterator[Ask]) -> None:
        figure = self.figures[name] = measure(name, self.client, itertools.islice(asks, self.rounds + 5))
        self.say(figure.line())

    # --- what is measured -----------------------------------------------------------------------------------------------
    def rank(self) -> None:
        """The ranking first: it fills what lists and the dashboard show."""
        model = ValueModel.objects.in_force().first() or draft_value_model(by=self.manager)
        if model.is_draft:
            put_in_force(model=model, at=now(), by=self.manager)
        run = ask_for_ranking(as_of=LAST_DAY, today=LAST_DAY, by=self.manager)
        seconds, done = timed(lambda: compute_ranking(run_id=run.pk, clock=now, by=self.manager))
        if not isinstance(done, RankingRun):
            raise Wrong(f"ranking: {RankingRun.objects.get(pk=run.pk).problem}")
        flag_key_accounts(done.pk, count=scaled(100, max(self.scale, 0.1)))
        self.ranking = done
        self.say(f"ranking_run\tseconds {seconds:.1f}\tcustomers {done.ranked}\tledger_rows {done.ledger_rows}")

    def floors(self) -> None:
        for name in ("bare", "framed"):
            self.pages(name, itertools.repeat(get(reverse(f"bench_{name}"))))

    def lists(self) -> None:
        url = reverse("customers:customer_list")
        self.pages("list_first_page", itertools.repeat(get(url)))
        self.pages("list_narrowed", itertools.repeat(get(f"{url}?status=existing&no_manager=True")))
        self.pages("list_to_confirm", itertools.repeat(get(f"{url}?stale=True&sort=verified")))
        deep = min(DEEP, Customer.objects.count() // PAGE)
        self.pages(f"list_page_{deep}", itertools.repeat(get(f"{url}?after={self._cursor_of(deep)}")))

    def _cursor_of(self, page: int) -> str:
        """The cursor that "Next" on the page before would lead to, without clicking there a thousand times."""
        rows = Customer.objects.visible_to(self.manager).for_list()
        keys = sort_keys(rows, CUSTOMER_ORDERINGS[0])
        return encode(ordered(rows, keys)[(page - 1) * PAGE - 1], keys)

    def searches(self) -> None:
        url = reverse("customers:customer_list")
        for name, text in self._words().items():
            if not Customer.objects.search(text).exists():
                raise Wrong(f"search_{name}: nothing is found by {text}")
            self.pages(f"search_{name}", itertools.repeat(get(f"{url}?q={text}")))

    def typing(self) -> None:
        """What a new file is compared with while its code or name is typed: at once, and the similar names that follow."""
        at_once, after = reverse("customers:duplicates"), reverse("customers:similar_files")
        one = Customer.objects.get(code="C00000501")
        for name, url, query in (
            ("code", at_once, {"credit_code": one.credit_code}),
            ("beginning", at_once, {"credit_code": one.credit_code[:-1]}),
            ("pinyin", at_once, {"name_zh": one.name_zh[:6]}),
            ("similar", after, {"name_zh": one.name_zh[2:9]}),
        ):
            asked = f"{url}?{urlencode(query)}"
            if one.get_absolute_url() not in self.client.get(asked, headers=FRAGMENT).content.decode():
                raise Wrong(f"typing_{name}: {asked} does not find the file that is there")
            self.pages(f"typing_{name}", itertools.repeat(get(asked, **FRAGMENT)))

    def _words(self) -> dict[str, str]:
        """What is searched for; every word finds something at every scale."""
        one = Customer.objects.get(code="C00000501")
        return {
            "rare": "".join(one.name_en.split()[:3]),
            "english": "QUAYSIDE",
            "common": "物流",
            "city": "上海",  # the firms lie together, far down in the list by name
            "two_characters": RARE,
            "pinyin": pinyin_of(one.name_zh[2:4]).lower(),
            "initials": initials_of(one.name_zh[:4]).lower(),
            "code": "C0000050",
        }

    def records(self) -> None:
        keys = list(Customer.objects.order_by("?").values_list("pk", flat=True)[: self.rounds + 5])
        self.pages("record", (get(reverse("customers:customer", args=[key])) for key in keys))
        self.pages("save", (self._save(key) for key in keys))
        if (saved := Customer.objects.filter(pk__in=keys, phone=NEW_PHONE).count()) != len(keys):
            raise Wrong(f"save: {saved} of {len(keys)} stored")

    def _save(self, key: int) -> Ask:
        """What a browser sends after one field of the form it was given has been changed in place."""
        url = reverse("customers:section_edit", args=[key, "reach"])
        fields = FormReader.of(self.client.get(url).content.decode(), action=url) | {"phone": NEW_PHONE}
        headers = {"hx-request": "true", "hx-target": "section-reach"}
        return lambda client: client.post(url, fields, headers=headers)

    def rankings(self) -> None:
        self.pages("dashboard", itertools.repeat(get(reverse("marketing:dashboard"))))
        self.pages("ranking_list", itertools.repeat(get(reverse("marketing:ranking", args=[self.ranking.pk]))))
        self.pages("ranking_run_page", itertools.repeat(get(reverse("marketing:run", args=[self.ranking.pk]))))
        self.pages("home", itertools.repeat(get(reverse("pages:home"))))

    def explorer(self) -> None:
        """Two years of the whole ledger; the page as the browser exchanges it, with its table, without the picture. Sums of customers are
        kept for a few minutes: `first` is whoever asks before that."""
        flow = LaneSum.objects.exclude(origin=None).exclude(destination=None).order_by("-tonnes").values("origin", "destination")[0]
        customer = MonthlyRollup.objects.order_by("-tonnes").values("customer")[0]
        asked = {
            "explorer_classes": {"down": "class", "across": "month"},
            "explorer_months": {"down": "month", "across": "trade", "measure": "teu"},
            "explorer_flows": {"down": "lane", "across": "month"},
            "explorer_one_class": {"down": "destination", "across": "quarter", "cargo_class": "02", "measure": "revenue"},
            "explorer_flows_of_class": {"down": "lane", "across": "month", "cargo_class": "02"},
            "explorer_one_flow": {"down": "class", "across": "month"} | flow,
            "explorer_customers": {"down": "customer", "across": "month"},
        }
        self._explore(asked)
        first = {
            "explorer_customers_first": {"down": "customer", "across": "month"},
            "explorer_customers_by_quarter_first": {"down": "customer", "across": "quarter", "measure": "revenue"},
            "explorer_customers_inbound_first": {"down": "customer", "across": "month", "direction": "inbound"},
            "explorer_customers_of_class_first": {"down": "customer", "across": "month", "cargo_class": "02"},
            "explorer_one_customer_first": {"down": "class", "across": "month"} | customer,
        }
        with override_settings(CACHES=NOTHING_KEPT):
            self._explore(first)

    def _explore(self, asked: dict[str, dict]) -> None:
        for name, question in asked.items():
            address = f"{reverse('cargo:explorer')}?{urlencode(question | TWO_YEARS)}"
            self.pages(name, itertools.repeat(get(address, **FRAGMENT, **{"hx-target": "pivot"})))

    def desk(self) -> None:
        """Before the imports, whose files would change what is measured."""
        with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
            measure_desk(by=self.manager, client=self.client, rounds=self.rounds, scale=self.scale, pages=self.pages, say=self.say)

    def ratios(self) -> None:
        for name, figure in self.figures.items():
            if name not in ("bare", "framed"):
                to_bare, to_framed = (figure.median / self.figures[floor].median for floor in ("bare", "framed"))
                self.say(f"ratio_{name}\tto_bare {to_bare:.2f}\tto_framed {to_framed:.2f}")

    # --- sizes and files ------------------------------------------------------------------------------------------------
    def static_files(self) -> None:
        """Everything a page without a chart loads, as production compresses it, and the HTML on the wire."""
        html = self.client.get(reverse("customers:customer_list")).content
        gzipped, brotlied = compressed(html)
        self.say(f"html_list\tbytes {len(html)}\tgzip_bytes {gzipped}\tbrotli_bytes {brotlied}")
        sizes = [compressed(Path(path).read_bytes()) for path in static_paths(html.decode())]
        self.say(f"static_files\tfiles {len(sizes)}\tgzip_bytes {sum(g for g, _b in sizes)}\tbrotli_bytes {sum(b for _g, b in sizes)}")

    def documents(self) -> None:
        """A stowage plan from bytes to facts, then the real files."""
        boxes = scaled(BOXES, self.scale)
        content = stowage_plan(boxes)
        seconds, found = timed(lambda: totals_of(physical_boxes(read_document(content).messages[0])).boxes)
        if found != boxes:
            raise Wrong(f"document_read: {found} of {boxes} boxes")
        self.say(f"document_read\tseconds {seconds:.2f}\tbytes {len(content)}\tboxes {boxes}")
        measure_samples(say=self.say)

    def ingest_customers(self) -> None:
        """Ten columns; then ten times as many rows, for which the process must not grow."""
        for name, whole in (("ingest_customers", CUSTOMER_FILE_ROWS), ("ingest_many_customers", MANY_CUSTOMER_ROWS)):
            rows = scaled(whole, self.scale)
            lines = (
                (
                    *(f"测量进口{name[7:11]}企业{number}有限公司", f"Bench {name} {number} Ltd.", f"测进{number}", "021-55550000"),
                    *("演示路 1 号", "1 Demo Road", f"bench{number}@example.invalid", "bench.example.invalid", "货运", "测量用"),
                )
                for number in range(rows)
            )
            columns = (
                "name_zh",
                "name_en",
                "short_name",
                "phone",
                "address_zh",
                "address_en",
                "email",
                "website",
                "business_scope",
                "note",
            )
            self._ingest("customers", columns, lines, rows, name=name)

    def ingest_ledger(self) -> None:
        """Customers in turn, so that each row of a chunk moves a monthly sum of its own: the worst there is. Then three times as many rows
        with volumes by a Zipf law, as ports have them."""
        codes = list(Customer.objects.order_by("pk").values_list("code", flat=True)[:5_000])
        draw = random.Random(7)  # noqa: S311  no secret
        in_turn, by_zipf = (lambda n: n % len(codes)), (lambda n: int(len(codes) ** draw.random()) - 1)
        self._ingest_ledger("ingest_shipments", "L", scaled(LEDGER_FILE_ROWS, self.scale), lambda n: codes[in_turn(n)])
        self._ingest_ledger("ingest_shipments_zipf", "Z", scaled(3 * LEDGER_FILE_ROWS, self.scale), lambda n: codes[by_zipf(n)])

    def _ingest_ledger(self, name: str, tag: str, rows: int, code_of: Callable[[int], str]) -> None:
        lines = (
            (code_of(n), f"2026-09-{1 + n % 30:02d}", f"{1 + n % 17:02d}", n % 900 + 1, "t", "inbound", n * 3, n * 2, f"{tag}{n}")
            for n in range(1, rows + 1)
        )
        columns = ("customer", "handled_on", "cargo_class", "quantity", "unit", "direction", "revenue", "cost", "document_no")
        self._ingest("shipments", columns, lines, rows, name=name)

    def _ingest(self, importer: str, columns: tuple[str, ...], lines, rows: int, *, name: str = "") -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{importer}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(lines)
            before = most_memory()
            seconds, run = timed(lambda: ingest(importer, path, {name: name for name in columns}, by=self.manager))
        if run.created != rows:
            problems = [problem.messages for problem in run.problems.all()[:3]]
            raise Wrong(f"{importer}: {run.created} of {rows} rows: {problems} {run.problem}")
        memory = f"most_mb_before {before}\tmost_mb {most_memory()}"
        self.say(f"{name or f'ingest_{importer}'}\tseconds {seconds:.1f}\trows {rows}\trows_per_second {rows / seconds:.0f}\t{memory}")


def database_size() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1048576, version()")
        size, version = cursor.fetchone()
    return f"database\tmegabytes {size}\tserver {version.split(' on ')[0]}"


def static_paths(html: str) -> list[str]:
    """Files of /static/ that the page's link and script elements and its icons load; scripts loaded later on demand do not count."""
    names = re.findall(r'(?:<link[^>]+href|<script[^>]+src|<img[^>]+src|<use href)="/static/([^"#?]+)', html)
    return [path for name in dict.fromkeys(names) if (path := finders.find(name))]


class FormReader(HTMLParser):
    """The fields of the form with this action as a browser would send them."""

    def __init__(self, action: str):
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.action, self.inside = action, False
        self.select = self.area = ""

    @classmethod
    def of(cls, html: str, *, action: str) -> dict[str, list[str]]:
        reader = cls(action)
        reader.feed(html)
        return reader.fields

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("action") == self.action
        if not self.inside:
            return
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.fields.setdefault(self.select, []).append(given.get("value", ""))
        elif tag == "textarea":
            self.area = name
            self.fields[name] = [""]

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data):
        if self.area:
            self.fields[self.area] = [data.removeprefix("\n")]
