"""Mails as servers send them back, each in the form its kind of server uses; all about one mail of ours."""

from email.message import EmailMessage

UNKNOWN = "host mx said: 550 5.1.1 <wang@customer.invalid>: Recipient address rejected: User unknown"


def report(*, message_id: str, to: str = "", status: str = "5.1.1", action: str = "failed", words: str = UNKNOWN, carried: str = "whole"):
    """A report as Postfix makes it. `carried`: "whole" the mail itself, "headers" only those, "" neither."""
    head = f"From: survey@portcrm.invalid\nMessage-ID: {message_id}\nSubject: x\n"
    back = {"whole": ("message/rfc822", f"{head}\ntext\n"), "headers": ("text/rfc822-headers", head)}
    told = ("text/plain; charset=us-ascii", "This is the mail system at host mx.customer.invalid.\n")
    parts = [told, ("message/delivery-status", _status(status, action, words)), *([back[carried]] if carried else [])]
    return _report("MAILER-DAEMON@mx.customer.invalid", to, parts)


def exchange_report(*, to: str) -> bytes:
    """As Exchange makes it: the diagnostic code without a host, Chinese words, nothing of our mail carried along."""
    words = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
    told = ("text/html; charset=utf-8", "<p>无法将您的邮件传递给以下收件人或组：</p><p>演示联系人 03</p>\n")
    return _report("postmaster@customer.invalid", to, [told, ("message/delivery-status", _status("5.1.10", "failed", words))])


def qq_words(*, to: str) -> bytes:
    """As QQ mail wrote for years: words in HTML, no machine-readable part, a charset that is not what it says."""
    words = "<p>您退信的邮件收件人（wang@qq.invalid）不存在，邮件无法送达。</p><p>host mx.qq.invalid said: 550 Mailbox unavailable</p>"
    head = (
        f"From: =?gb18030?B?UG9zdE1hc3Rlcg==?= <PostMaster@qq.invalid>\r\nTo: {to}\r\nSubject: =?utf-8?B?5p2l6IeqcXEuY29t55qE6YCA5L+h?=\r\n"
    )
    return (head + "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n").encode() + words.encode("gb18030")


def netease_words(*, message_id: str) -> bytes:
    """As 163 wrote: plain words in GBK that quote the head of our mail."""
    words = (
        f"抱歉，您的邮件被退回来了……\r\n原邮件信息：\r\nMessage-ID: {message_id}\r\n"
        "退信原因：550 User not found: wang@163.invalid\r\n邮箱空间正常"
    )
    head = "From: Postmaster@163.invalid\r\nTo: survey@portcrm.invalid\r\nSubject: =?gbk?B?z7XNs83L0MU=?=\r\n"
    return (head + 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset="gbk"\r\n\r\n').encode() + words.encode("gbk")


def vacation(*, to: str, subject: str = "自动回复: 意见征询", marked: bool = True) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "wang@customer.invalid", to, subject
    if marked:
        mail["Auto-Submitted"] = "auto-replied (vacation)"
    mail.set_content("我正在休假，550 号信箱请联系同事。")
    return mail.as_bytes()


def written_by_a_person(*, to: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "wang@customer.invalid", to, "Re: 意见征询"
    mail.set_content("贵港的邮件系统给我们退信：550 5.1.1 user unknown，请查一下。")
    return mail.as_bytes()


def _report(sender: str, to: str, parts: list[tuple[str, str]]) -> bytes:
    head = (
        f"From: {sender}\nTo: {to or 'survey@portcrm.invalid'}\nSubject: Undelivered Mail Returned to Sender\n"
        "Auto-Submitted: auto-replied\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="next"\n\n'
    )
    body = "".join(f"--next\nContent-Type: {kind}\nContent-Transfer-Encoding: 8bit\n\n{text}\n" for kind, text in parts)
    return f"{head}{body}--next--\n".replace("\n", "\r\n").encode()


def _status(status: str, action: str, words: str) -> str:
    return (
        f"Reporting-MTA: dns; mx.customer.invalid\n\nFinal-Recipient: rfc822; wang@customer.invalid\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n"
    )
