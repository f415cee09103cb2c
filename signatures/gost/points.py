"""Arithmetic on the points of a short Weierstrass curve, in Jacobian coordinates.

A point is ``(X, Y, Z)`` for the affine point (X/Z², Y/Z³); Z = 0 is the point at infinity.
Not constant-time: fit for verification and for development keys only.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from signatures.gost.curves import Curve

Point = tuple[int, int, int]

INFINITY: Point = (1, 1, 0)
# Bits of a signed digit: of any point, and of a base point, whose multiples are computed once in a process.
WINDOW = 5
BASE_WINDOW = 8


def double(point: Point, curve: Curve) -> Point:
    """Return ``2 · point``."""
    x, y, z = point
    if not y or not z:
        return INFINITY
    p = curve.p
    y_squared = y * y % p
    s = 4 * x * y_squared % p
    z_squared = z * z % p
    m = (3 * x * x + curve.a * z_squared * z_squared) % p
    x_new = (m * m - 2 * s) % p
    y_new = (m * (s - x_new) - 8 * y_squared * y_squared) % p
    return x_new, y_new, 2 * y * z % p


def add(first: Point, second: Point, curve: Curve) -> Point:
    """Return ``first + second``, whichever points these are."""
    x1, y1, z1 = first
    x2, y2, z2 = second
    if not z1:
        return second
    if not z2:
        return first
    p = curve.p
    z1_squared = z1 * z1 % p
    z2_squared = z2 * z2 % p
    u1 = x1 * z2_squared % p
    u2 = x2 * z1_squared % p
    s1 = y1 * z2 * z2_squared % p
    s2 = y2 * z1 * z1_squared % p
    if u1 == u2:
        return double(first, curve) if s1 == s2 else INFINITY
    h = u2 - u1
    r = s2 - s1
    h_squared = h * h % p
    h_cubed = h * h_squared % p
    v = u1 * h_squared % p
    x_new = (r * r - h_cubed - 2 * v) % p
    y_new = (r * (v - x_new) - s1 * h_cubed) % p
    return x_new, y_new, z1 * z2 * h % p


def affine(point: Point, curve: Curve) -> tuple[int, int] | None:
    """Return the affine coordinates, or None for the point at infinity."""
    x, y, z = point
    if not z:
        return None
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return x * square % curve.p, y * square * inverse % curve.p


def multiply(scalar: int, point: tuple[int, int], curve: Curve) -> tuple[int, int] | None:
    """Return ``scalar · point`` in affine coordinates, None for the point at infinity."""
    return _sum([(_signed_digits(scalar, WINDOW), odd_multiples(point, WINDOW, curve))], curve)


def multiply_pair(base_scalar: int, scalar: int, point: tuple[int, int], curve: Curve) -> tuple[int, int] | None:
    """Return ``base_scalar · (the curve's base point) + scalar · point`` in one pass (Shamir's trick)."""
    base = odd_multiples((curve.x, curve.y), BASE_WINDOW, curve)
    other = odd_multiples(point, WINDOW, curve)
    return _sum([(_signed_digits(base_scalar, BASE_WINDOW), base), (_signed_digits(scalar, WINDOW), other)], curve)


@functools.lru_cache(maxsize=64)
def odd_multiples(point: tuple[int, int], window: int, curve: Curve) -> tuple[Point, ...]:
    """Return 1, 3, 5 … (2^(window-1) - 1) times ``point``: kept for base points and the keys of authorities."""
    multiples = [(*point, 1)]
    twice = double(multiples[0], curve)
    for _ in range(2 ** (window - 2) - 1):
        multiples.append(add(multiples[-1], twice, curve))
    return tuple(multiples)


def _signed_digits(scalar: int, window: int) -> list[int]:
    """Write a number as a sum of digit · 2^place, the lowest first: digits are 0 or odd, few are not 0.

    The non-adjacent form of ``window`` bits: between two digits that are not 0 stand ``window - 1`` that are.
    """
    digits = []
    modulus = 2**window
    while scalar:
        digit = 0
        if scalar & 1:
            digit = scalar % modulus
            if digit > modulus // 2:
                digit -= modulus
            scalar -= digit
        digits.append(digit)
        scalar >>= 1
    return digits


def _sum(terms: Sequence[tuple[list[int], tuple[Point, ...]]], curve: Curve) -> tuple[int, int] | None:
    """Add up numbers in signed digits times the points whose odd multiples are given, doubling once for all."""
    result = INFINITY
    for place in range(max(len(digits) for digits, _ in terms) - 1, -1, -1):
        result = double(result, curve)
        for digits, multiples in terms:
            digit = digits[place] if place < len(digits) else 0
            if digit > 0:
                result = add(result, multiples[digit // 2], curve)
            elif digit < 0:
                x, y, z = multiples[-digit // 2]
                result = add(result, (x, -y % curve.p, z), curve)
    return affine(result, curve)
