"""Messages by e-mail, through the relay of the installation."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from gongzhi.kernel.refusals import Misconfigured, Outage
from gongzhi.notices.carriers.http import cut_off
from gongzhi.notices.carriers.parcel import Parcel
from gongzhi.notices.rules import one_line

NEIGHBOUR = "mail relay"
_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class Email:
    """Hands messages to a mail relay: over TLS, over STARTTLS, or in the clear to a relay on this machine.

    The Message-ID is the parcel's, so that a mailbox that got it twice shows it once.
    """

    def __init__(self, url: str, *, from_: str, wait_s: float) -> None:
        parts = urlsplit(url)
        if "@" not in from_:
            raise Misconfigured("GONGZHI_MAIL_FROM names no address: e-mail needs one in its From line")
        self.scheme = parts.scheme
        self.host, self.port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.from_ = from_
        self.wait_s = wait_s

    def send(self, parcel: Parcel, *, at: datetime) -> str:
        """Hand a parcel to the relay.

        Raises: Outage. What the relay refuses for good, a password among it, is not tried again.
        """
        letter = self._letter(parcel, at=at)
        try:
            with self._relay() as relay:
                relay.send_message(letter, from_addr=self.from_, to_addrs=[parcel.to])
        except smtplib.SMTPRecipientsRefused as fault:
            (code, _), *_ = fault.recipients.values()
            raise _refused("recipient refused", code) from fault
        except smtplib.SMTPAuthenticationError as fault:
            raise _refused("sign-in refused", fault.smtp_code) from fault
        except smtplib.SMTPResponseException as fault:
            raise _refused("refused", fault.smtp_code) from fault
        except smtplib.SMTPNotSupportedError as fault:
            raise Outage(NEIGHBOUR, permanent=True, detail="the relay cannot do what is needed") from fault
        except ssl.SSLCertVerificationError as fault:
            raise Outage(NEIGHBOUR, permanent=True, detail="certificate refused") from fault
        except TimeoutError as fault:
            raise Outage(NEIGHBOUR, permanent=False, detail="no answer in time") from fault
        except (OSError, smtplib.SMTPException) as fault:
            raise Outage(NEIGHBOUR, permanent=False, detail=f"broken off ({type(fault).__name__})") from fault
        return str(letter["Message-ID"])

    def _letter(self, parcel: Parcel, *, at: datetime) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = one_line(parcel.title)
        letter["From"] = self.from_
        letter["To"] = parcel.to
        letter["Date"] = format_datetime(at)
        letter["Message-ID"] = f"<{parcel.id}@{self.from_.rpartition('@')[2].strip('>')}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(parcel.text, cte="base64")  # a relay need not take eight bits
        return letter

    @contextlib.contextmanager
    def _relay(self) -> Iterator[smtplib.SMTP]:
        """Open a conversation with the relay, encrypted and signed in as the URL says."""
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            relay: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.wait_s, context=context)
        else:
            relay = smtplib.SMTP(self.host, self.port, timeout=self.wait_s)
        with relay, cut_off(lambda: relay.sock, after_s=self.wait_s):
            if self.scheme == "smtp":
                relay.starttls(context=context)
            if self.user:
                relay.login(self.user, self.password)
            yield relay


def _refused(what: str, code: int) -> Outage:
    """Return the outage for an answer of the relay: 4xx passes, 5xx does not."""
    return Outage(NEIGHBOUR, permanent=code >= 500, detail=f"{what} ({code})")
