"""Arithmetic on the points of a short Weierstrass curve, in Jacobian coordinates.

A point is ``(X, Y, Z)`` for the affine point (X/Z², Y/Z³); Z = 0 is the point at infinity.
Not constant-time: fit for verification and for development keys only.
"""

from __future__ import annotations

from signatures.gost.curves import Curve

Point = tuple[int, int, int]

INFINITY: Point = (1, 1, 0)


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
    base = (*point, 1)
    result = INFINITY
    for bit in range(scalar.bit_length() - 1, -1, -1):
        result = double(result, curve)
        if scalar >> bit & 1:
            result = add(result, base, curve)
    return affine(result, curve)


def multiply_pair(
    first_scalar: int,
    first: tuple[int, int],
    second_scalar: int,
    second: tuple[int, int],
    curve: Curve,
) -> tuple[int, int] | None:
    """Return ``first_scalar · first + second_scalar · second`` in one pass (Shamir's trick)."""
    one = (*first, 1)
    two = (*second, 1)
    addends = (INFINITY, one, two, add(one, two, curve))
    result = INFINITY
    length = max(first_scalar.bit_length(), second_scalar.bit_length())
    for bit in range(length - 1, -1, -1):
        result = double(result, curve)
        index = (first_scalar >> bit & 1) | (second_scalar >> bit & 1) << 1
        if index:
            result = add(result, addends[index], curve)
    return affine(result, curve)
