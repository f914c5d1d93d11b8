"""Check digits: which numbers can be what they look like."""

from datetime import date

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
USCC_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
# Numbers of provinces begin with the tens of their region (GB/T 2260).
REGIONS = ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
PROVINCES = frozenset(str(code) for first, last in REGIONS for code in range(first, last + 1))


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card(digits: str) -> bool:
    """A payment card: a length and a beginning that an issuer has, and the check digit."""
    return _issuer(digits) and luhn(digits)


def identity(text: str) -> bool:
    """A resident identity number of 18 (GB 11643): region, day of birth, check digit."""
    return _identity_shape(text) and ID_CHECKS[_weighted(text[:17])] == text[17].upper()


def old_identity(digits: str) -> bool:
    """The number of 15 digits that was given before 1999: region and day of birth."""
    return len(digits) == 15 and digits[:2] in PROVINCES and _day("19" + digits[6:12])


def hong_kong(letters: str, digits: str, check: str) -> bool:
    """A Hong Kong identity number: one or two letters, six digits, the check digit in brackets."""
    padded = letters.upper().rjust(2)
    values = [36 if char == " " else ord(char) - 55 for char in padded] + [int(char) for char in digits]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0123456789A"[-total % 11] == check.upper()


def company(code: str) -> bool:
    """A unified social credit code (GB 32100): 18 characters, the last one checks."""
    if len(code) != 18 or any(char not in USCC_CHARS for char in code) or _identity_shape(code):
        return False
    pairs = zip(code[:17], USCC_WEIGHTS, strict=True)
    total = sum(USCC_CHARS.index(char) * weight for char, weight in pairs)
    return USCC_CHARS[-total % 31] == code[17]


def _issuer(digits: str) -> bool:
    size, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return size in {13, 16, 19}
    if two in {34, 37}:
        return size == 15
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return size == 16
    if two in {62, 60, 65, 64, 81} or four in {9558, 9559, 9111}:
        return 16 <= size <= 19
    return (3528 <= four <= 3589 and size == 16) or (two in {30, 36, 38} and size in {14, 16})


def _identity_shape(text: str) -> bool:
    return len(text) == 18 and text[:2] in PROVINCES and text[:17].isdigit() and _day(text[6:14])


def _weighted(digits: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, ID_WEIGHTS, strict=True)) % 11


def _day(text: str) -> bool:
    try:
        return 1850 < date(int(text[:4]), int(text[4:6]), int(text[6:])).year < 2100
    except ValueError:
        return False
