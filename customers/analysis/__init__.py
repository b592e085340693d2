"""Numbers in, numbers out: no database, no request, no clock."""
