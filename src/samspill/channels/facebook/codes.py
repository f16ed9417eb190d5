"""Facebook's error codes, and what each asks for. Data, for it changes.

Sources: developers.facebook.com, Graph API, handling errors, and rate limiting; subcodes as met by others
in public (see the contract's ``other_subcodes``). An unknown code needs a person.
"""

from __future__ import annotations

from samspill.channels.contract import Reason, Refusal

# Too many calls: surely not done, and the limit holds for the whole channel.
THROTTLED = frozenset({4, 17, 32, 341, 613, 80001, 80006})
# "Try later", but the post may be out all the same.
UNCLEAR = frozenset({1, 2})
UNCLEAR_SUBCODES = frozenset({99, 1363047, 1609010})
# "Already posted", which may or may not be true.
DUPLICATE = frozenset({506})
DUPLICATE_SUBCODES = frozenset({1366051})
TOO_FAST_SUBCODES = frozenset({1390008})
GONE = (100, 33)  # code and subcode: not there, or not ours to see

TOKEN_CODES = frozenset({102, 190})
TOKEN_SUBCODES: dict[int, Reason] = {
    458: Reason.PERMISSION_MISSING,  # the app was removed
    459: Reason.CHECKPOINT,
    460: Reason.TOKEN_DEAD,  # password changed
    463: Reason.TOKEN_DEAD,  # expired
    464: Reason.CHECKPOINT,  # unconfirmed user
    467: Reason.TOKEN_DEAD,
    492: Reason.ROLE_LOST,
}

# Subcodes whose meaning does not depend on the code above them (they come under 1, 100, 200 and 368).
SUBCODES: dict[int, tuple[Reason, Refusal]] = {
    1346003: (Reason.CONTENT_REJECTED, Refusal.CHANGE),  # flagged as abusive
    1366046: (Reason.MEDIA_REJECTED, Refusal.CHANGE),  # over 4 MB or not JPG/PNG
    1404078: (Reason.CHECKPOINT, Refusal.ACCOUNT),  # publishing authorisation missing
    1404102: (Reason.CONTENT_REJECTED, Refusal.CHANGE),  # against the community standards
    1404112: (Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),  # limited for some days
    1609005: (Reason.CONTENT_REJECTED, Refusal.CHANGE),  # the link could not be read
    1609008: (Reason.CONTENT_REJECTED, Refusal.CHANGE),  # no links to facebook.com
    1893063: (Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    4854002: (Reason.CHECKPOINT, Refusal.ACCOUNT),  # identity to be confirmed
}
CODES: dict[int, tuple[Reason, Refusal]] = {
    3: (Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    10: (Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    100: (Reason.CONTENT_REJECTED, Refusal.PERSON),
    368: (Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    1609005: (Reason.CONTENT_REJECTED, Refusal.CHANGE),
}


def meaning(code: int, subcode: int) -> tuple[Reason, Refusal]:
    """What a refusal with this code means; for codes that are not about time, doubt or duplicates."""
    if subcode in SUBCODES:
        return SUBCODES[subcode]
    if code in TOKEN_CODES:
        return TOKEN_SUBCODES.get(subcode, Reason.TOKEN_DEAD), Refusal.ACCOUNT
    if 200 <= code <= 299:
        return Reason.PERMISSION_MISSING, Refusal.ACCOUNT
    return CODES.get(code, (Reason.UNEXPECTED, Refusal.PERSON))
