"""Pure rules of customer value: numbers in, numbers out. No database, no request, no clock."""
