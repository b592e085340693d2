from portcrm.pages.tests.fixtures import gallery

__all__ = ["gallery"]
