"""The accounts of the invented books, by number: a small French chart (PCG) of six digits.

Only accounts that both chart versions know (2014, and ANC 2022-06 from 2025) are used, so that a
book may end in any year.
"""

from __future__ import annotations

from typing import Final

LABELS: Final[dict[str, str]] = {
    "101300": "Capital souscrit appelé, versé",
    "106100": "Réserve légale",
    "106800": "Autres réserves",
    "110000": "Report à nouveau (solde créditeur)",
    "119000": "Report à nouveau (solde débiteur)",
    "120000": "Résultat de l'exercice (bénéfice)",
    "129000": "Résultat de l'exercice (perte)",
    "164000": "Emprunts auprès des établissements de crédit",
    "168840": "Intérêts courus sur emprunts",
    "205000": "Concessions, brevets, logiciels",
    "215400": "Matériel industriel",
    "218200": "Matériel de transport",
    "218300": "Matériel de bureau et matériel informatique",
    "280500": "Amortissements des concessions et logiciels",
    "281540": "Amortissements du matériel industriel",
    "281820": "Amortissements du matériel de transport",
    "281830": "Amortissements du matériel de bureau",
    "310000": "Matières premières",
    "370000": "Stocks de marchandises",
    "401000": "Fournisseurs",
    "404000": "Fournisseurs d'immobilisations",
    "408100": "Fournisseurs - factures non parvenues",
    "411000": "Clients",
    "421000": "Personnel - rémunérations dues",
    "431000": "Sécurité sociale",
    "437200": "Mutuelles",
    "437300": "Caisses de retraite et de prévoyance",
    "442100": "Prélèvement à la source",
    "444000": "État - impôts sur les bénéfices",
    "445200": "TVA due intracommunautaire",
    "445510": "TVA à décaisser",
    "445620": "TVA déductible sur immobilisations",
    "445660": "TVA déductible sur autres biens et services",
    "445662": "TVA déductible intracommunautaire",
    "445670": "Crédit de TVA à reporter",
    "445710": "TVA collectée 20 %",
    "445711": "TVA collectée 10 %",
    "445712": "TVA collectée 5,5 %",
    "445860": "TVA sur factures non parvenues",
    "457000": "Associés - dividendes à payer",
    "486000": "Charges constatées d'avance",
    "491000": "Dépréciations des comptes de clients",
    "511500": "Cartes bancaires à encaisser",
    "512000": "Banque de l'Estuaire",
    "512100": "Caisse mutuelle des Vallées",
    "530000": "Caisse",
    "580000": "Virements internes",
    "601000": "Achats stockés - matières premières",
    "603100": "Variation des stocks de matières premières",
    "603700": "Variation des stocks de marchandises",
    "604000": "Achats d'études et prestations de services",
    "606100": "Fournitures non stockables (eau, énergie)",
    "606300": "Fournitures d'entretien et petit équipement",
    "606400": "Fournitures administratives",
    "607000": "Achats de marchandises",
    "611000": "Sous-traitance générale",
    "613200": "Locations immobilières",
    "613500": "Locations mobilières",
    "615500": "Entretien et réparations sur biens mobiliers",
    "616000": "Primes d'assurances",
    "618300": "Documentation technique",
    "622600": "Honoraires",
    "623100": "Annonces et insertions",
    "624100": "Transports sur achats",
    "625100": "Voyages et déplacements",
    "625700": "Réceptions",
    "626000": "Frais postaux et de télécommunications",
    "627000": "Services bancaires",
    "627800": "Commissions sur cartes bancaires",
    "635110": "Contribution économique territoriale",
    "641100": "Salaires, appointements",
    "645100": "Cotisations à l'URSSAF",
    "645200": "Cotisations aux mutuelles",
    "645300": "Cotisations aux caisses de retraite",
    "658000": "Charges diverses de gestion courante",
    "661100": "Intérêts des emprunts et dettes",
    "666000": "Pertes de change",
    "681110": "Dotations aux amortissements des immobilisations incorporelles",
    "681120": "Dotations aux amortissements des immobilisations corporelles",
    "681740": "Dotations aux dépréciations des créances",
    "695000": "Impôts sur les bénéfices",
    "701000": "Ventes de produits finis",
    "701100": "Ventes de produits finis à consommer sur place",
    "704000": "Travaux",
    "704100": "Travaux d'amélioration de l'habitat",
    "706000": "Prestations de services",
    "706100": "Prestations de formation",
    "707000": "Ventes de marchandises",
    "707100": "Ventes de marchandises à taux réduit",
    "707900": "Ventes de marchandises à l'exportation",
    "708500": "Ports et frais accessoires facturés",
    "758000": "Produits divers de gestion courante",
    "766000": "Gains de change",
}

# Fixed assets and the account of their depreciation; the charge follows the class (20 or 21).
DEPRECIATION: Final[dict[str, str]] = {
    "205000": "280500",
    "215400": "281540",
    "218200": "281820",
    "218300": "281830",
}

OUTPUT_VAT: Final[dict[int, str]] = {2000: "445710", 1000: "445711", 550: "445712"}
INPUT_VAT: Final = ("445660", "445662", "445620", "445670")


def label(number: str) -> str:
    """The label of an account; one that the opening brought keeps a plain name."""
    return LABELS.get(number) or f"Compte {number}"
