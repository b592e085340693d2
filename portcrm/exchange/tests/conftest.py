import pytest

from portcrm.exchange import importing
from portcrm.exchange.tests.factories import DepartmentImporter


@pytest.fixture(autouse=True)
def departments(monkeypatch, settings, tmp_path):
    """The test importer is registered, and uploads go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    importer = DepartmentImporter()
    monkeypatch.setattr(DepartmentImporter, "finished", 0)
    monkeypatch.setitem(importing._importers, importer.key, importer)
    return importer
