"""Streebog of OpenSSL's GOST provider (``gostprov``), where this machine has one: some 300 times the speed of Python.

Debian has it in the package libengine-gost-openssl.  It is loaded into a library context of its own, so that
the default one, which hashlib, ssl and every other module of the process use, stays exactly as it was: no
algorithm appears or disappears there.  Nothing needs the provider; ``streebog`` tries it against known
answers before the first use.
"""

from __future__ import annotations

import ctypes

LIBRARY = "libcrypto.so.3"
PROVIDER = b"gostprov"
SIZES = (256, 512)
FAILED = "the GOST provider of OpenSSL failed to hash"

POINTER = ctypes.c_void_p
# What is called, as openssl/evp.h and openssl/provider.h of OpenSSL 3 declare it: answer, arguments.
FUNCTIONS: dict[str, tuple[type, list[type]]] = {
    "OSSL_LIB_CTX_new": (POINTER, []),
    "OSSL_LIB_CTX_free": (ctypes.c_int, [POINTER]),
    "OSSL_PROVIDER_load": (POINTER, [POINTER, ctypes.c_char_p]),
    "EVP_MD_fetch": (POINTER, [POINTER, ctypes.c_char_p, ctypes.c_char_p]),
    "EVP_MD_CTX_new": (POINTER, []),
    "EVP_MD_CTX_free": (ctypes.c_int, [POINTER]),  # void: what it answers is not looked at
    "EVP_MD_CTX_copy_ex": (ctypes.c_int, [POINTER, POINTER]),
    "EVP_DigestInit_ex2": (ctypes.c_int, [POINTER, POINTER, POINTER]),
    "EVP_DigestUpdate": (ctypes.c_int, [POINTER, ctypes.c_char_p, ctypes.c_size_t]),
    "EVP_DigestFinal_ex": (ctypes.c_int, [POINTER, ctypes.c_char_p, POINTER]),
    "EVP_Digest": (ctypes.c_int, [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, POINTER, POINTER, POINTER]),
}


class ProviderHash:
    """One hash fed piece by piece; ``digest`` may be asked in between.  Raises OSError where the provider fails."""

    def __init__(self, library: ctypes.CDLL, algorithm: int, bits: int) -> None:
        self._library = library
        self._size = bits // 8
        self._state = library.EVP_MD_CTX_new()
        self._demand(library.EVP_DigestInit_ex2(self._state, algorithm, None))

    def update(self, data: bytes) -> None:
        self._demand(self._library.EVP_DigestUpdate(self._state, bytes(data), len(data)))

    def digest(self) -> bytes:
        answer = ctypes.create_string_buffer(self._size)
        end = self._library.EVP_MD_CTX_new()  # finishing ends a state: a copy is finished
        try:
            self._demand(self._library.EVP_MD_CTX_copy_ex(end, self._state))
            self._demand(self._library.EVP_DigestFinal_ex(end, answer, None))
        finally:
            self._library.EVP_MD_CTX_free(end)
        return answer.raw

    def __del__(self) -> None:
        self._library.EVP_MD_CTX_free(self._state)

    @staticmethod
    def _demand(answer: int) -> None:
        if answer != 1:
            raise OSError(FAILED)


class ProviderStreebog:
    """``provider(data, bits)`` hashes at once, ``provider.pieces(bits)`` piece by piece.  The interpreter lock is free
    meanwhile."""

    def __init__(self, library: ctypes.CDLL, algorithms: dict[int, int]) -> None:
        self._library = library
        self._algorithms = algorithms

    def __call__(self, data: bytes, bits: int) -> bytes:
        answer = ctypes.create_string_buffer(bits // 8)
        if self._library.EVP_Digest(bytes(data), len(data), answer, None, self._algorithms[bits], None) != 1:
            raise OSError(FAILED)
        return answer.raw

    def pieces(self, bits: int) -> ProviderHash:
        return ProviderHash(self._library, self._algorithms[bits], bits)


def provider_streebog() -> ProviderStreebog | None:
    """Return the provider's Streebog, None where there is none."""
    try:
        library = _library()
    except (OSError, AttributeError):  # no OpenSSL 3 here, or one without these functions
        return None
    context = library.OSSL_LIB_CTX_new()
    if not context:
        return None
    algorithms: dict[int, int] = {}
    if library.OSSL_PROVIDER_load(context, PROVIDER):
        algorithms = {bits: library.EVP_MD_fetch(context, b"md_gost12_%d" % bits, None) for bits in SIZES}
    if not algorithms or not all(algorithms.values()):
        library.OSSL_LIB_CTX_free(context)
        return None
    return ProviderStreebog(library, algorithms)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    for name, (answer, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, arguments
    return library
