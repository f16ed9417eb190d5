"""What a reader takes for one sign: extended grapheme clusters (UAX 29). Pure.

Flags are matched in twos here (GB12, GB13), not by ``regex``'s own rule: that walks back over a whole row of flag
letters for each of them, and a text of nothing else would keep a process busy for minutes.
"""

from __future__ import annotations

import regex

CLUSTER = regex.compile(r"[\U0001F1E6-\U0001F1FF]{2}[\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]*+|\X")
