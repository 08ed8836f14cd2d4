"""Seals draft answers, so that whoever holds the database alone cannot read them. No rows, no requests.

Each draft has a random key of its own. No table holds it in the clear: every link that opens the
draft keeps the key wrapped under another key, which HKDF-SHA256 derives from the link's token. A code
that people type is far shorter than a token, so its wrapping key is derived slowly, by Argon2id. Each
answer is sealed on its own with AES-256-GCM. The draft's number and the question's key are part of
the seal, so an answer cannot be moved to another question or another draft.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pillars.schema import Answer

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
PADDED_TO = 64
"""Sealed text is padded to whole blocks, so that its length does not tell a point from "can't see"."""

SLOW_ROUNDS = 2
SLOW_KIB = 19 * 1024
SLOW_LANES = 1
"""Argon2id: 2 rounds over 19 MiB, about 25 ms of one core. Whoever changes these ends all codes handed out before."""


class SealBroken(Exception):
    """The key, the question or the draft is not the one this was sealed with."""


@dataclass(frozen=True)
class DraftKey:
    """The key of one draft, together with the draft it belongs to. Never stored, logged or printed."""

    draft_id: int
    secret: bytes = field(repr=False)

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self.secret)


def new_key(draft_id: int) -> DraftKey:
    """Return a random 256-bit key for a draft."""
    return DraftKey(draft_id, secrets.token_bytes(KEY_BYTES))


def wrap(key: DraftKey, token: str) -> str:
    """Return the draft's key, readable only with the token."""
    salt = secrets.token_bytes(SALT_BYTES)
    return _text(salt + _encrypt(AESGCM(_wrapping_key(token, salt)), key.secret, _bound_to(key.draft_id, "key")))


def unwrap(wrapped: str, token: str, draft_id: int) -> DraftKey:
    """Return the key that `wrap` hid.

    :raises SealBroken: when the token or the draft is another one
    """
    data = _bytes(wrapped)
    salt, sealed = data[:SALT_BYTES], data[SALT_BYTES:]
    return DraftKey(draft_id, _decrypt(AESGCM(_wrapping_key(token, salt)), sealed, _bound_to(draft_id, "key")))


def wrap_slowly(key: DraftKey, code: str) -> str:
    """Return the draft's key, readable only with a code that a person types. Takes tens of milliseconds on purpose."""
    salt = secrets.token_bytes(SALT_BYTES)
    return _text(salt + _encrypt(AESGCM(_slow_wrapping_key(code, salt)), key.secret, _bound_to(key.draft_id, "code")))


def unwrap_slowly(wrapped: str, code: str, draft_id: int) -> DraftKey:
    """Return the key that `wrap_slowly` hid.

    :raises SealBroken: when the code or the draft is another one
    """
    data = _bytes(wrapped)
    salt, sealed = data[:SALT_BYTES], data[SALT_BYTES:]
    if len(salt) < SALT_BYTES:
        raise SealBroken
    return DraftKey(draft_id, _decrypt(AESGCM(_slow_wrapping_key(code, salt)), sealed, _bound_to(draft_id, "code")))


def seal(key: DraftKey, item_key: str, answer: Answer | None) -> str:
    """Return an answer that only this key opens, only for this question. None seals "not answered"."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    blocks = -(-len(text) // PADDED_TO)
    return _text(_encrypt(key.cipher, text.ljust(blocks * PADDED_TO), _bound_to(key.draft_id, item_key)))


def unseal(key: DraftKey, item_key: str, sealed: str) -> Answer | None:
    """Return the answer that `seal` hid; None where the question was left or cleared.

    :raises SealBroken: when it was sealed with another key, for another question or another draft
    """
    answer: Answer | None = json.loads(_decrypt(key.cipher, _bytes(sealed), _bound_to(key.draft_id, item_key)).decode())
    return answer


def _wrapping_key(token: str, salt: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"concentric draft key").derive(token.encode())


def _slow_wrapping_key(code: str, salt: bytes) -> bytes:
    return hash_secret_raw(code.encode(), salt, SLOW_ROUNDS, SLOW_KIB, SLOW_LANES, KEY_BYTES, Type.ID)


def _bound_to(draft_id: int, name: str) -> bytes:
    return f"{draft_id}:{name}".encode()


def _encrypt(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound_to)


def _decrypt(cipher: AESGCM, data: bytes, bound_to: bytes) -> bytes:
    try:
        return cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text)
    except ValueError as error:
        raise SealBroken from error
