"""Figures of opinions. Pure Python: numbers in, numbers out; no ORM, no request, no clock."""
