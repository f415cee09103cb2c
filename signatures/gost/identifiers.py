"""Object identifiers of the Russian algorithms.

Source: RFC 7836 (TC 26 parameter sets), RFC 9215 (X.509 and CMS use), RFC 4357 and RFC 4491
(CryptoPro parameter sets).
"""

from __future__ import annotations

HASH_256 = "1.2.643.7.1.1.2.2"
HASH_512 = "1.2.643.7.1.1.2.3"
KEY_256 = "1.2.643.7.1.1.1.1"
KEY_512 = "1.2.643.7.1.1.1.2"
SIGNATURE_256 = "1.2.643.7.1.1.3.2"
SIGNATURE_512 = "1.2.643.7.1.1.3.3"

# CMS signers put either the signature algorithm or the bare key algorithm into signatureAlgorithm
# (OpenSSL and CryptoPro write the latter), so both names mean the same thing here.
KEY_SIZES = {KEY_256: 256, KEY_512: 512}
SIGNATURE_SIZES = {KEY_256: 256, SIGNATURE_256: 256, KEY_512: 512, SIGNATURE_512: 512}
HASH_SIZES = {HASH_256: 256, HASH_512: 512}
HASH_OF_SIZE = {256: HASH_256, 512: HASH_512}

CRYPTOPRO_A = "1.2.643.2.2.35.1"
CRYPTOPRO_B = "1.2.643.2.2.35.2"
CRYPTOPRO_C = "1.2.643.2.2.35.3"
CRYPTOPRO_XCHA = "1.2.643.2.2.36.0"
CRYPTOPRO_XCHB = "1.2.643.2.2.36.1"
TC26_256_A = "1.2.643.7.1.2.1.1.1"
TC26_256_B = "1.2.643.7.1.2.1.1.2"
TC26_256_C = "1.2.643.7.1.2.1.1.3"
TC26_256_D = "1.2.643.7.1.2.1.1.4"
TC26_512_A = "1.2.643.7.1.2.1.2.1"
TC26_512_B = "1.2.643.7.1.2.1.2.2"
TC26_512_C = "1.2.643.7.1.2.1.2.3"
