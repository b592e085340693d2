"""Rows by generate_series: companies, contacts, ledger, contact history. Repeatable for one scale; nothing passes through services."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, models

from bench.words import BUSINESSES, CITIES, ENGLISH_FIRST, ENGLISH_FORMS, ENGLISH_SECOND, FIRST, FORMS, RARE, SECOND
from cargo.models import Shipment
from cargo.services.facts import store_facts
from cargo.services.rollups import rebuild_rollups
from customers.models import Contact, Customer, Interaction
from customers.naming import initials_of, pinyin_of, squash
from feedback.models import Complaint
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role

COMPANIES, LEDGER_ROWS = 100_000, 1_000_000
ACCOUNT_MANAGERS = 20
MANAGER = "bench@portcrm.invalid"
LAST_DAY = dt.date(2026, 10, 31)
DAYS = 1_096  # three years of cargo
CLASSES_A_PORT = 5
HOME_PORT = "CNSHG"
MOMENT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def scaled(whole: int, scale: float) -> int:
    return max(1, int(whole * scale))


@dataclass(frozen=True)
class Sizes:
    """How many rows are made: two contacts and two talks a company, half of the companies (50,000 at most) with cargo."""

    companies: int
    ledger_rows: int

    @classmethod
    def of(cls, scale: float, companies: int | None = None) -> "Sizes":
        return cls(companies or scaled(COMPANIES, scale), scaled(LEDGER_ROWS, scale))

    @property
    def contacts(self) -> int:
        return 2 * self.companies

    @property
    def interactions(self) -> int:
        return 2 * self.companies

    @property
    def complaints(self) -> int:
        return max(1, self.companies // 50)

    @property
    def with_business(self) -> int:
        return max(1, min(self.companies, self.ledger_rows // 10, 100_000) // 2)


def run_sql(sql: str, parameters: Mapping | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or {})
        return cursor.rowcount


def insert(model: type[models.Model], columns: Mapping[str, str], source: str, parameters: Mapping | None = None) -> int:
    """INSERT … SELECT; columns that are not named get the model's default. `source` is what follows FROM."""
    values: dict[str, str] = {}
    given: dict[str, object] = dict(parameters or {})
    for field in model._meta.concrete_fields:
        if field.column in columns:
            values[field.column] = columns[field.column]
        elif not (field.primary_key or field.generated or field.has_db_default()):
            values[field.column] = f"%(default_{field.column})s"
            given[f"default_{field.column}"] = _default(field)
    names = ", ".join(connection.ops.quote_name(name) for name in values)
    return run_sql(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values.values())} FROM {source}", given)


def _default(field: models.Field):
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return MOMENT
    value = field.get_db_prep_save(field.get_default(), connection)
    return value if value is not None or field.null else ""


def seed(sizes: Sizes) -> User:
    """All rows; returns the manager who looks at them."""
    manager = seed_people()
    run_sql("SELECT setseed(0.42)")
    seed_words()
    seed_companies(sizes, manager)
    seed_contacts(sizes, manager)
    seed_ledger(sizes, manager)
    seed_talks(sizes, manager)
    rebuild_rollups(by=manager)
    store_facts(today=LAST_DAY, by=manager)
    run_sql("VACUUM (ANALYZE)")  # as a database does by itself that has been at work for an hour
    return manager


def seed_people() -> User:
    people = [
        User(email=f"bench{number}@portcrm.invalid", name=f"业务员 {number:02d}", name_en=f"Staff {number:02d}", roles=[Role.MARKETING])
        for number in range(ACCOUNT_MANAGERS)
    ]
    User.objects.bulk_create(people)
    return User.objects.create_user(email=MANAGER, name="测量员", name_en="Bench", roles=[Role.MANAGER], password=None)


def kept_manager() -> User:
    return User.objects.get(email=MANAGER)


def seed_words() -> None:
    """One table of words with their readings; a name takes one word of each kind."""
    run_sql("CREATE TEMP TABLE bench_word (kind text, number int, text text, pinyin text, initials text, PRIMARY KEY (kind, number))")
    kinds = {
        "city": CITIES,
        "brand": [*(first + second for first in FIRST for second in SECOND if first != second)],
        "business": BUSINESSES,
        "form": FORMS,
    }
    rows = [(kind, number, word, pinyin_of(word), initials_of(word)) for kind, words in kinds.items() for number, word in enumerate(words)]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_word VALUES (%s, %s, %s, %s, %s)", rows)
        cursor.execute("ANALYZE bench_word")


def _word(kind: str, salt: int) -> str:
    """A word of the kind, chosen by the row's number through a fixed hash."""
    count = f"(SELECT count(*) FROM bench_word WHERE kind = '{kind}')"
    drawn = f"abs(hashint4(((i::bigint * 7919 + {salt}) %% 2147483647)::int)::bigint)"
    return f"JOIN bench_word {kind} ON {kind}.kind = '{kind}' AND {kind}.number = ({drawn} %% {count})::int"


def seed_companies(sizes: Sizes, by: User) -> int:
    """Nine of ten have Chinese names; one in a thousand carries the rare pair; the number keeps names apart like a branch would."""
    company = f"""(
        SELECT i, city.text || brand.text || pair || business.text || form.text AS zh,
               city.pinyin || brand.pinyin || pair_pinyin || business.pinyin || form.pinyin AS pinyin,
               city.initials || brand.initials || pair_initials || business.initials || form.initials AS initials,
               (%(first)s::text[])[1 + i %% {len(ENGLISH_FIRST)}] || ' ' || (%(second)s::text[])[1 + i / 7 %% {len(ENGLISH_SECOND)}]
                 || ' ' || i || ' ' || (%(forms)s::text[])[1 + i %% {len(ENGLISH_FORMS)}] AS en
        FROM (SELECT i, CASE WHEN i %% 1000 = 501 THEN %(rare)s ELSE '' END AS pair,
                     CASE WHEN i %% 1000 = 501 THEN %(rare_pinyin)s ELSE '' END AS pair_pinyin,
                     CASE WHEN i %% 1000 = 501 THEN %(rare_initials)s ELSE '' END AS pair_initials
              FROM generate_series(1, %(companies)s) i) n
        {_word("city", 1)} {_word("brand", 2)} {_word("business", 3)} {_word("form", 4)}
    ) c"""
    chinese, key_en = "i %% 10 <> 0", r"upper(regexp_replace(en, '\W', '', 'g'))"
    key_zh = r"regexp_replace(zh, '[（）]', '', 'g')"
    match_zh = r"regexp_replace(regexp_replace(zh, '[（）]', '', 'g'), '(股份|有限|责任)*公司$', '')"
    match_en = r"upper(regexp_replace(en, ' [A-Za-z.,]+ *[A-Za-z.]*$|\W', '', 'g'))"
    columns = {
        "code": "'C' || lpad(i::text, 8, '0')",
        "name_zh": f"CASE WHEN {chinese} THEN zh ELSE '' END",
        "name_en": "en",
        "credit_code": "'9131' || lpad(i::text, 14, '0')",
        "types": "ARRAY[(ARRAY['cargo_owner', 'forwarder', 'carrier', 'ship_agent', 'trader'])[1 + i %% 5]]::varchar(20)[]",
        "status": "CASE WHEN i %% 3 = 0 THEN 'prospect' ELSE 'existing' END",
        "account_manager_id": f"(SELECT min(id) FROM accounts_user WHERE email LIKE 'bench%%') + i %% {ACCOUNT_MANAGERS}",
        "region_id": "(SELECT (array_agg(id ORDER BY id))[1 + i %% 7] FROM customers_region)",
        "phone": "'021-' || lpad(i::text, 8, '0')",
        "search_key": f"CASE WHEN {chinese} THEN {key_zh} || ' ' ELSE '' END || {key_en}",
        "pinyin": f"CASE WHEN {chinese} THEN pinyin ELSE '' END",
        "initials": f"CASE WHEN {chinese} THEN initials ELSE '' END",
        "name_key": f"CASE WHEN {chinese} THEN {key_zh} ELSE {key_en} END",
        "match_key": f"CASE WHEN {chinese} THEN {match_zh} ELSE {match_en} END",
        "match_key_en": match_en,
        "sort_key": f"left(CASE WHEN {chinese} THEN pinyin ELSE {key_en} END, 80)",
        "recorded_by_id": "%(by)s",
        "recorded_on": "DATE '2026-10-31' - i %% 700",
        "last_contact_on": "DATE '2026-10-31' - i %% 400",
    }
    parameters = {
        "first": list(ENGLISH_FIRST),
        "second": list(ENGLISH_SECOND),
        "forms": list(ENGLISH_FORMS),
        "rare": RARE,
        "rare_pinyin": pinyin_of(RARE),
        "rare_initials": initials_of(RARE),
        "companies": sizes.companies,
        "by": by.pk,
    }
    return insert(Customer, columns, company, parameters)


def seed_contacts(sizes: Sizes, by: User) -> int:
    columns = {
        "customer_id": "c.id",
        "name": "'联系人 ' || n",
        "email": "'contact' || k || '@example.invalid'",
        "is_primary": "k %% 2 = 1",
        "search_key": "%(key)s || n || ' ' || %(pinyin)s || n || ' CONTACT' || k || 'EXAMPLEINVALID'",
        "recorded_by_id": "%(by)s",
        "recorded_on": "DATE '2026-10-31'",
    }
    source = f"""(SELECT k, lpad(k::text, 7, '0') AS n FROM generate_series(1, %(contacts)s) k) numbered
        JOIN {Customer._meta.db_table} c ON c.code = 'C' || lpad(((k + 1) / 2)::text, 8, '0')"""
    parameters = {"contacts": sizes.contacts, "by": by.pk, "key": squash("联系人"), "pinyin": pinyin_of("联系人")}
    return insert(Contact, columns, source, parameters)


def seed_ledger(sizes: Sizes, by: User) -> int:
    """Customers and ports by a Zipf law: the share of the first k of N is ln k / ln N; the first N rows give every customer one.
    Every cargo comes from another port to ours or goes from ours to another; each port has some classes, in their usual form."""
    customers = sizes.with_business
    columns = {
        "customer_id": "c.id",
        "cargo_class_id": "class.code",
        "form": "class.forms[1]",
        "direction": "(ARRAY['inbound', 'outbound'])[1 + i %% 2]",
        "trade_kind": "CASE WHEN other.country = 'CN' THEN 'domestic' ELSE 'foreign' END",
        "handled_on": "%(last)s::date - day",
        "origin_id": "CASE WHEN i %% 2 = 0 THEN other.id ELSE ours.id END",
        "destination_id": "CASE WHEN i %% 2 = 0 THEN ours.id ELSE other.id END",
        "quantity": "tonnes",
        "unit_id": "'t'",
        "tonnes": "tonnes",
        "tonnes_factor": "1",
        "teu": "CASE WHEN class.forms[1] = 'container' THEN round(tonnes / 12, 0) ELSE 0 END",
        "revenue": "CASE WHEN i %% 50 = 0 THEN NULL ELSE round(tonnes * (18 + i %% 9), 2) END",
        "cost": "CASE WHEN i %% 20 = 0 THEN NULL ELSE round(tonnes * (11 + i %% 7), 2) END",
        "document_no": "'B' || i",
        "identity": "'bench:' || i",
        "recorded_by_id": "%(by)s",
    }
    source = f"""(
        SELECT i, CASE WHEN i <= %(customers)s THEN i ELSE ceil(power(%(customers)s, random()))::int END AS who,
               ceil(power((SELECT count(*) FROM ports), random()))::int AS there,
               floor(random() * %(days)s)::int AS day, round((20 + 3000 * power(random(), 4))::numeric, 3) AS tonnes
        FROM generate_series(1, %(rows)s) i) drawn JOIN {Customer._meta.db_table} c ON c.code = 'C' || lpad(who::text, 8, '0')
        JOIN ports other ON other.place = there
        JOIN cargo_cargoclass class ON class.code = lpad((1 + (there + i %% {CLASSES_A_PORT}) %% 17)::text, 2, '0')
        CROSS JOIN (SELECT id FROM cargo_port WHERE unlocode = %(home)s) ours"""
    run_sql("CREATE TEMP TABLE ports AS SELECT id, country, row_number() OVER (ORDER BY unlocode DESC) AS place FROM cargo_port")
    parameters = {"rows": sizes.ledger_rows, "customers": customers, "days": DAYS, "last": LAST_DAY, "by": by.pk, "home": HOME_PORT}
    return insert(Shipment, columns, source, parameters)


def seed_talks(sizes: Sizes, by: User) -> None:
    """What a record page shows besides cargo: contact history; and complaints, some open."""
    people = f"{Customer._meta.db_table} c ON c.code = 'C' || lpad((1 + i %% %(companies)s)::text, 8, '0')"
    parameters = {"companies": sizes.companies, "by": by.pk, "moment": MOMENT}
    talks = {
        "customer_id": "c.id",
        "kind": "(ARRAY['call', 'visit', 'mail'])[1 + i %% 3]",
        "happened_at": "%(moment)s::timestamptz - make_interval(hours => i %% 9000)",
        "subject": "'电话回访 ' || i",
        "recorded_by_id": "%(by)s",
    }
    insert(Interaction, talks, f"generate_series(1, {sizes.interactions}) i JOIN {people}", parameters)
    complaints = {
        "number": "'B-' || i",
        "public_id": "md5('bench' || i)",
        "form_key": "NULL::uuid",
        "customer_id": "c.id",
        "subject": "'舱位不足 ' || i",
        "description": "'舱位不足'",
        "received_on": "DATE '2026-10-01'",
        "due_on": "DATE '2026-10-31'",
        "recorded_by_id": "%(by)s",
        "recorded_at": "%(moment)s::timestamptz",
    }
    insert(Complaint, complaints, f"generate_series(1, {sizes.complaints}) i JOIN {people}", parameters)


def flag_key_accounts(run_id: int, count: int = 100) -> int:
    """The first of a ranking are key accounts, as a manager would decide."""
    return run_sql(
        f"UPDATE {Customer._meta.db_table} SET is_key_account = true, tier = 'key' FROM marketing_rankingrow r"
        " WHERE r.customer_id = customers_customer.id AND r.run_id = %(run)s AND r.position <= %(count)s",
        {"run": run_id, "count": count},
    )
