"""The pure part of the customer network: spans of time, who stands nearest, where a node is drawn. No database, no clock."""
