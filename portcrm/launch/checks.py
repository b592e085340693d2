"""Services named by DATABASE_URL, REDIS_URL and EMAIL_URL: do they answer, and are they what the product needs?"""

import re
import socket
from urllib.parse import urlsplit

import psycopg2
import redis

from portcrm.launch.speech import Trouble, say

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
PASSWORD = re.compile(r"(?<=//)([^:/@]*):[^@/]*@")
CREATE_DATABASE = "createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 portcrm"


def without_password(url: str) -> str:
    return PASSWORD.sub(r"\1:***@", url)


def check_database(url: str) -> None:
    """PostgreSQL 15 or newer, UTF-8, with pg_trgm, in a locale that knows Chinese letters."""
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except (psycopg2.Error, UnicodeError, ValueError) as error:
        raise Trouble(
            f"数据库没有应答:DATABASE_URL={without_password(url)}。"
            f"请检查地址、帐号,并确认 PostgreSQL 已启动、数据库已建立:{CREATE_DATABASE}",
            f"The database does not answer: DATABASE_URL={without_password(url)}. "
            f"Check address and account, that PostgreSQL runs and that the database exists: {CREATE_DATABASE}",
            detail=str(error),
        ) from None
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'), datctype,"
                " EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')"
                " FROM pg_database WHERE datname = current_database()"
            )
            refuse_unfit_database(*cursor.fetchone())
    finally:
        connection.close()


def refuse_unfit_database(version: int, encoding: str, ctype: str, has_trigrams: bool) -> None:
    if version < OLDEST_POSTGRES:
        raise Trouble(
            f"PostgreSQL 版本为 {version},至少需要 {OLDEST_POSTGRES}。",
            f"This is PostgreSQL {version}; at least {OLDEST_POSTGRES} is needed.",
        )
    if encoding != "UTF8" or ctype in ("C", "POSIX"):
        raise Trouble(
            f"数据库的编码为 {encoding}、区域为 {ctype},中文检索不可用。请重新建立:{CREATE_DATABASE}",
            f"The database has encoding {encoding} and locale {ctype}: Chinese names could not be searched. "
            f"Make it anew: {CREATE_DATABASE}",
        )
    if not has_trigrams:
        raise Trouble(
            "数据库缺少 pg_trgm 扩展。请在数据库服务器上安装 postgresql-contrib。",
            "The database has no pg_trgm. Install postgresql-contrib on the database server.",
        )


def check_broker(url: str) -> None:
    """A Redis-compatible server of a version the job queue can use."""
    try:
        client = redis.Redis.from_url(url.replace("redis+socket://", "unix://", 1), socket_connect_timeout=5, socket_timeout=5)
        version = str(client.info("server")["redis_version"])
        client.close()
    except (redis.RedisError, OSError, ValueError) as error:
        raise Trouble(
            f"消息队列没有应答:REDIS_URL={without_password(url)}。请检查地址、密码,并确认 Redis 已启动。",
            f"The broker does not answer: REDIS_URL={without_password(url)}. Check address and password and that Redis runs.",
            detail=str(error),
        ) from None
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        raise Trouble(f"Redis 版本为 {version},至少需要 6.2。", f"This is Redis {version}; at least 6.2 is needed.")


def check_mail(url: str) -> None:
    """A server that is away now may come back, its mails wait in the outbox: said, not refused. An unusable address is."""
    address = urlsplit(url)
    if not address.scheme.startswith(("smtp", "submission")):
        return
    if not address.hostname:
        raise Trouble(
            f"EMAIL_URL={without_password(url)} 缺少服务器地址,例:smtp+tls://user:password@mail.example:587",
            f"EMAIL_URL={without_password(url)} names no server; for example smtp+tls://user:password@mail.example:587",
        )
    try:
        socket.create_connection((address.hostname, address.port or 25), timeout=5).close()
    except OSError as error:
        say(
            f"注意:邮件服务器没有应答(EMAIL_URL={without_password(url)},{error})。邮件保留在发件箱,稍后自动重试。",
            "Note: the mail server does not answer. Mails stay in the outbox and are tried again.",
        )
