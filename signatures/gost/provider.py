"""Streebog of OpenSSL's GOST provider (``gostprov``), where this machine has one: some 300 times the speed of Python.

Debian has it in the package libengine-gost-openssl.  It is loaded into a library context of its own, so that
the default one, which hashlib, ssl and every other module of the process use, stays exactly as it was: no
algorithm appears or disappears there.  Nothing needs the provider; ``streebog`` tries it against known
answers before the first use.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

LIBRARY = "libcrypto.so.3"
PROVIDER = b"gostprov"
SIZES = (256, 512)

POINTER = ctypes.c_void_p
# What is called, as openssl/evp.h and openssl/provider.h of OpenSSL 3 declare it: answer, arguments.
FUNCTIONS: dict[str, tuple[type, list[type]]] = {
    "OSSL_LIB_CTX_new": (POINTER, []),
    "OSSL_LIB_CTX_free": (ctypes.c_int, [POINTER]),
    "OSSL_PROVIDER_load": (POINTER, [POINTER, ctypes.c_char_p]),
    "EVP_MD_fetch": (POINTER, [POINTER, ctypes.c_char_p, ctypes.c_char_p]),
    "EVP_Digest": (ctypes.c_int, [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, POINTER, POINTER, POINTER]),
}


def provider_streebog() -> Callable[[bytes, int], bytes] | None:
    """Return ``digest(data, bits)`` by the provider, None where there is none.  The interpreter lock is free meanwhile."""
    try:
        library = _library()
    except (OSError, AttributeError):  # no OpenSSL 3 here, or one without these functions
        return None
    context = library.OSSL_LIB_CTX_new()
    if not context:
        return None
    algorithms: dict[int, int | None] = {}
    if library.OSSL_PROVIDER_load(context, PROVIDER):
        algorithms = {bits: library.EVP_MD_fetch(context, b"md_gost12_%d" % bits, None) for bits in SIZES}
    if not algorithms or not all(algorithms.values()):
        library.OSSL_LIB_CTX_free(context)
        return None

    def digest(data: bytes, bits: int) -> bytes:
        answer = ctypes.create_string_buffer(bits // 8)
        if library.EVP_Digest(bytes(data), len(data), answer, None, algorithms[bits], None) != 1:
            raise OSError("the GOST provider of OpenSSL failed to hash")
        return answer.raw

    return digest


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(LIBRARY)
    for name, (answer, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, arguments
    return library
