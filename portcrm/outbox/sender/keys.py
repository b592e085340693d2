"""DKIM keys (RFC 6376 3.6.1) and DMARC policies (RFC 7489 6.3) as they stand in the DNS."""

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from portcrm.outbox.sender.zone import Ask

ED25519_BYTES = 32


@dataclass(frozen=True)
class Key:
    """`fault`: "", "version", "revoked", "unreadable" or "hash". `bits` of an RSA key, 0 for Ed25519."""

    fault: str = ""
    bits: int = 0
    kind: str = "rsa"
    is_test: bool = False


@dataclass(frozen=True)
class Dmarc:
    """`domain`: where the record was found, the sender's domain or one above it. `fault`: the tag that is wrong."""

    domain: str
    policy: str
    strict_spf: bool
    reports_to: str
    percent: str
    fault: str = ""


def tags_of(text: str) -> dict[str, str]:
    """ "v=DKIM1; p=…" by tag; white space around and within values does not count."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, equals, value in pairs if equals}


def read_key(text: str) -> Key:
    tags = tags_of(text)
    kind = tags.get("k", "rsa").lower()
    if tags.get("v", "DKIM1") != "DKIM1":
        return Key("version")
    if not tags.get("p"):
        return Key("revoked" if "p" in tags else "unreadable", kind=kind)
    if "sha256" not in tags.get("h", "sha256").lower().split(":"):
        return Key("hash", kind=kind)
    is_test = "y" in tags.get("t", "").lower().split(":")
    try:
        return _key(base64.b64decode(tags["p"] + "=" * (-len(tags["p"]) % 4), validate=True), kind, is_test)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return Key("unreadable", kind=kind)


def _key(given: bytes, kind: str, is_test: bool) -> Key:
    if kind == "ed25519":
        return Key("" if len(given) == ED25519_BYTES else "unreadable", kind=kind, is_test=is_test)
    key = load_der_public_key(given)
    return Key(bits=key.key_size, is_test=is_test) if isinstance(key, RSAPublicKey) else Key("unreadable")


def find_dmarc(domain: str, ask: Ask) -> tuple[list[str], str]:
    """The DMARC records that hold for a domain and where they stand: at the domain itself or the nearest one above it."""
    labels = domain.split(".")
    for start in range(max(len(labels) - 1, 1)):
        above = ".".join(labels[start:])
        found = [text for text in ask(f"_dmarc.{above}", "TXT") if tags_of(text).get("v") == "DMARC1"]
        if found:
            return found, above
    return [], domain


def read_dmarc(text: str, domain: str) -> Dmarc:
    tags = tags_of(text)
    policy, fault = tags.get("p", "").lower(), ""
    if policy not in ("none", "quarantine", "reject"):
        fault = f"p={tags.get('p', '')}"
    elif any(not one.lower().startswith("mailto:") for one in tags.get("rua", "mailto:").split(",")):
        fault = f"rua={tags['rua']}"
    return Dmarc(domain, policy, tags.get("aspf", "r").lower() == "s", tags.get("rua", ""), tags.get("pct", "100"), fault)
