"""Uploads on the disk."""

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Keeps a file whole or not at all: what a full disk cut short is taken away again."""

    def _save(self, name, content):
        try:
            return super()._save(name, content)
        except OSError:
            self.delete(name)
            raise
