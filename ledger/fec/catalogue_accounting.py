"""The rules about values and books: what `check` can find.

The last argument is the answer of Test Compta Demat (checks 12 to 18 of fec.md section 1): it
passes 30 February, three decimals, unbalanced entries and account FMETRO, which are errors here.
"""

from __future__ import annotations

from typing import Final

from ledger.fec.rules import Rule, catalogue

ACCOUNTING: Final[dict[str, Rule]] = catalogue(
    (
        # Amounts
        Rule("MONTANT_ILLISIBLE", "error", "Montant illisible", "non conforme"),
        Rule("MONTANT_AMBIGU", "error", "Montant à point ambigu", "non conforme"),
        Rule("MONTANT_DECIMALES", "error", "Plus de deux décimales"),
        Rule("MONTANT_SCIENTIFIQUE", "error", "Montant en notation scientifique"),
        Rule("MONTANT_TROP_GRAND", "error", "Montant démesuré"),
        Rule("MONTANT_POINT_DECIMAL", "warning", "Point décimal", "non conforme"),
        Rule("MONTANT_MILLIERS", "warning", "Séparateur de milliers", "non conforme"),
        Rule("MONTANT_ZEROS", "warning", "Décimales nulles en trop"),
        Rule("MONTANT_NEGATIF", "info", "Montant négatif"),
        Rule("MONTANT_DEUX_COTES", "warning", "Débit et crédit sur la même ligne"),
        Rule("LIGNE_A_ZERO", "warning", "Lignes sans montant"),
        Rule("SENS_INVALIDE", "error", "Sens invalide", "refusé"),
        # Dates
        Rule("DATE_ILLISIBLE", "error", "Dates illisibles", "non conforme"),
        Rule("DATE_INEXISTANTE", "error", "Dates qui n’existent pas"),
        Rule("DATE_VIDE", "error", "Dates d’écriture vides", "non conforme"),
        Rule("DATE_FORMAT", "warning", "Format de date non réglementaire"),
        Rule("DATE_FORMAT_MELANGE", "error", "Formats de date mélangés"),
        Rule("DATE_HEURE", "warning", "Heure après la date"),
        Rule("DATE_SIECLE", "warning", "Année hors de 1900-2099"),
        Rule("DATE_CORRIGEE", "warning", "Date corrigée"),
        Rule("DATE_HORS_EXERCICE", "error", "Dates après la clôture"),
        Rule("DATE_AVANT_EXERCICE", "warning", "Dates avant l’exercice"),
        Rule("EXERCICE_DIFFERENT", "warning", "Exercice autre que celui du nom"),
        Rule("EXERCICE_LONG", "info", "Exercice de plus de douze mois"),
        Rule("CHEVAUCHEMENT_REPRISE", "warning", "Chevauchement avec la date de reprise"),
        Rule("VALIDATION_AVANT_ECRITURE", "warning", "Validation antérieure à l’écriture"),
        Rule("LETTRAGE_AVANT_ECRITURE", "warning", "Lettrage antérieur à l’écriture"),
        Rule("VALIDATION_ABSENTE", "warning", "Écritures non validées", "non conforme"),
        Rule("BROUILLARD", "warning", "Écritures en brouillard"),
        # Mandatory values
        Rule("JOURNAL_VIDE", "warning", "Code journal vide", "non conforme"),
        Rule("JOURNAL_FACULTATIF", "info", "Code journal non renseigné"),
        Rule("JOURNAL_LIBELLE_VIDE", "warning", "Libellé de journal vide", "non conforme"),
        Rule("NUMERO_VIDE", "error", "Numéro d’écriture vide", "non conforme"),
        Rule("COMPTE_VIDE", "error", "Numéro de compte vide", "non conforme"),
        Rule("COMPTE_LIBELLE_VIDE", "warning", "Libellé de compte vide", "non conforme"),
        Rule("PIECE_VIDE", "warning", "Référence de pièce vide", "non conforme"),
        Rule("PIECE_DATE_VIDE", "warning", "Date de pièce vide", "non conforme"),
        Rule("REGLEMENT_VIDE", "warning", "Règlement sans date ou sans mode"),
        Rule("LIBELLE_VIDE", "warning", "Libellé d’écriture vide", "non conforme"),
        # Texts
        Rule("CARACTERE_REMPLACE", "info", "Caractère remplacé dans un texte"),
        Rule("TEXTE_TROP_LONG", "warning", "Texte abrégé"),
        Rule("VALEUR_TROP_LONGUE", "error", "Code ou numéro trop long"),
        # Entries
        Rule("ECRITURE_DESEQUILIBREE", "error", "Écritures déséquilibrées"),
        Rule("ECRITURE_DEUX_DATES", "error", "Écritures à plusieurs dates"),
        Rule("TOTAL_DESEQUILIBRE", "error", "Total débit différent du total crédit"),
        Rule("NUMERO_INUTILISABLE", "warning", "Numéros d’écriture inutilisables"),
        Rule("ECRITURES_NON_RECONSTITUABLES", "error", "Écritures non reconstituables"),
        Rule("ECRITURE_DISPERSEE", "info", "Lignes d’écritures dispersées"),
        Rule("ECRITURES_NON_ORDONNEES", "info", "Écritures non ordonnées"),
        Rule("NUMERO_RUPTURE", "warning", "Rupture de numérotation"),
        Rule("ECRITURE_DOUBLON", "warning", "Doublons possibles"),
        Rule("PIECE_REPETEE", "info", "Références de pièce répétées chez un même tiers"),
        Rule("PIECE_ECARTEE", "warning", "Pièces écartées"),
        Rule("CLOTURE_EXCLUE", "warning", "Écritures de clôture des comptes 6 et 7"),
        # Journals
        Rule("JOURNAL_LIBELLES_MULTIPLES", "warning", "Un même journal sous plusieurs libellés"),
        Rule("JOURNAL_CASSE", "warning", "Codes de journal qui ne diffèrent que par la casse"),
        # Accounts and third parties
        Rule("COMPTE_NON_NUMERIQUE", "error", "Comptes à associer"),
        Rule("COMPTE_ASSOCIE", "warning", "Comptes associés"),
        Rule("COMPTE_LIBELLES_MULTIPLES", "warning", "Un même compte sous plusieurs intitulés"),
        Rule("COMPTE_LONGUEURS", "info", "Comptes de longueurs différentes"),
        Rule("COMPTE_471_NON_SOLDE", "warning", "Compte d’attente non soldé"),
        Rule("TIERS_DEDUIT", "warning", "Tiers déduits du numéro de compte"),
        Rule("TIERS_LIBELLES_MULTIPLES", "warning", "Un même tiers sous plusieurs noms"),
        Rule("AUX_HORS_TIERS", "warning", "Auxiliaire hors des comptes de tiers"),
        Rule("AUX_SANS_LIBELLE", "warning", "Auxiliaire sans libellé"),
        Rule("AUX_LIBELLE_SEUL", "warning", "Libellé d’auxiliaire sans numéro"),
        Rule("DEVISE_INCOMPLETE", "warning", "Montant ou code de devise manquant"),
        Rule("DEVISE_INCONNUE", "warning", "Code de devise inconnu"),
        Rule("DEVISE_MONTANT", "warning", "Montant en devise illisible", "non conforme"),
        # Lettering
        Rule("LETTRAGE_DESEQUILIBRE", "warning", "Lettrages déséquilibrés"),
        Rule("LETTRAGE_PARTAGE", "info", "Code de lettrage commun à plusieurs tiers"),
        Rule("LETTRAGE_DATE_SEULE", "warning", "Date de lettrage sans code"),
        # The year and the year before
        Rule("OUVERTURE_NON_EN_TETE", "warning", "À-nouveaux ailleurs qu’en tête"),
        Rule("OUVERTURES_MULTIPLES", "warning", "À-nouveaux de plusieurs exercices"),
        Rule("AN_DIFFERENT_N1", "warning", "À-nouveaux différents de la clôture N-1"),
        Rule("RESULTAT_NON_REPORTE", "warning", "Résultat N-1 non reporté"),
        Rule("MOIS_SANS_ECRITURE", "warning", "Mois sans écriture"),
        Rule("SIREN_DIFFERENT", "warning", "SIREN autre que celui du dossier"),
        # Invoices
        Rule("FACTURES_GROUPEES", "info", "Écritures groupées sans facture"),
    )
)
