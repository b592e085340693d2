"""After a test that commits nothing of it is left, and what migrations wrote of content types and permissions stays."""

import threading

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction

from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.launch.pytest_flush import delete_what_was_written

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return {table: count for table, count in counts.items() if count}


def test_rows_their_history_and_what_hangs_on_them_are_gone():
    make_user(Role.MARKETING)
    before = rows()

    delete_what_was_written(connection)

    assert {"accounts_user", "accounts_userevent"} <= before.keys()
    assert rows() == {name: before[name] for name in ("auth_permission", "django_content_type")}
    assert Permission.objects.filter(codename="view_user").exists()


def test_a_session_that_still_writes_is_waited_for():
    begun, go_on = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                make_user()
                begun.set()
                go_on.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(20)
    threading.Timer(0.3, go_on.set).start()

    delete_what_was_written(connection)

    writer.join()
    assert not User.objects.exists()
