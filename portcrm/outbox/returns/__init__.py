"""What comes back, read without a database: returned mails, mailboxes, events of mail services."""
