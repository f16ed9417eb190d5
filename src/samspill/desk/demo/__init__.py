"""The demo: a desk with people, stories and deliveries in each interesting state. Training only.

Nothing here is used in production; these passwords are refused there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A person of the demo; ``group`` is the role's group (``more`` on top), ``role`` says what the person can do."""

    username: str
    password: str
    name: str
    role: str
    group: str
    more: tuple[str, ...] = ()


USERS = (
    DemoUser("ingrid", "ingrid-ved-fjorden", "Ingrid Solheim", "redaktør: skriver, godkjenner andres", "Redaktører"),
    DemoUser(
        "marte",
        "marte-paa-fjellet",
        "Marte Lien",
        "redaktør med beredskap: kan publisere alene når det haster",
        "Redaktører",
        ("Beredskap",),
    ),
    DemoUser("jonas", "jonas-i-skogen", "Jonas Berg", "redaktør: skriver, godkjenner andres", "Redaktører"),
    DemoUser("hanne", "hanne-paa-hytta", "Hanne Vik", "fagperson: skriver utkast", "Fagpersoner"),
    DemoUser("solveig", "solveig-ved-havet", "Solveig Aas", "leder: ser alt, endrer ingenting", "Ledere"),
    DemoUser("admin", "admin-i-kjelleren", "Petter Drift", "administrator: kanaler og brukere", "Administratorer"),
)
