from django.apps import AppConfig


class BenchConfig(AppConfig):
    """Measurements: a command and the two floors it compares with. No models, no addresses outside a measurement."""

    name = "bench"
