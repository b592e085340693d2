"""What the internet is told about the domain our mails come from, read without a database: addresses, SPF, DKIM, DMARC."""
