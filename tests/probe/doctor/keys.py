"""Public keys of any length."""

import secrets
from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def rsa_key(bits: int, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    """Any number of that length: nobody signs with it, and short ones cannot be generated any more."""
    number = secrets.randbits(bits) | 1 | 1 << (bits - 1)
    return b64encode(rsa.RSAPublicNumbers(65_537, number).public_key().public_bytes(Encoding.DER, form)).decode()
