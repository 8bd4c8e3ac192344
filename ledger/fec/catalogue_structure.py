"""The rules about bytes, lines, header and zones: what `reading` can find.

The last argument is the answer of Test Compta Demat (checks 1 to 11 of fec.md section 1); what a
careful reader repairs may still be « non conforme » there, and what it passes may be an error here.
"""

from __future__ import annotations

from typing import Final

from ledger.fec.rules import Rule, catalogue

STRUCTURE: Final[dict[str, Rule]] = catalogue(
    (
        # The file as a whole
        Rule("FICHIER_VIDE", "error", "Fichier vide", "refusé"),
        Rule("FICHIER_NON_FEC", "error", "Fichier d’un autre format", "refusé"),
        Rule("FICHIER_TROP_LARGE", "error", "Trop de colonnes", "refusé"),
        Rule("FICHIER_SANS_ECRITURE", "error", "Aucune écriture", "non conforme"),
        Rule("FICHIER_TRONQUE", "error", "Fichier tronqué", "non conforme"),
        Rule("XML_ILLISIBLE", "error", "XML illisible", "refusé"),
        Rule("XML_VALEUR", "warning", "Valeur XML hors schéma", "non conforme"),
        Rule("XML_SANS_SCHEMA", "info", "Schéma XML non déclaré", "non conforme"),
        Rule("XML_LETTRAGE", "info", "Lettrage porté par l’écriture"),
        Rule("XML_CLOTURE", "warning", "Date de clôture différente du nom"),
        Rule("NOM_FICHIER", "warning", "Nom de fichier non réglementaire", "refusé"),
        Rule("NOM_FICHIER_VARIANTE", "warning", "Nom de fichier à simplifier"),
        Rule("NOM_FICHIER_DATE", "warning", "Date impossible dans le nom du fichier"),
        Rule("NOM_FICHIER_SIREN", "warning", "SIREN douteux dans le nom du fichier"),
        # Bytes
        Rule("BOM", "info", "Marque d’ordre des octets"),
        Rule("ENCODAGE_UTF16", "warning", "Encodage UTF-16", "non conforme"),
        Rule("ENCODAGE_CP1252", "warning", "Encodage Windows-1252"),
        Rule("ENCODAGE_CP850", "warning", "Encodage DOS (CP850)"),
        Rule("ENCODAGE_MIXTE", "warning", "Encodages mélangés"),
        Rule("ENCODAGE_AMBIGU", "error", "Encodage à préciser"),
        Rule("ENCODAGE_INVALIDE", "error", "Octets illisibles dans l’encodage choisi"),
        Rule("CARACTERE_NUL", "warning", "Octet NUL"),
        Rule("CARACTERE_FIN_DOS", "warning", "Marque de fin de fichier DOS", "non conforme"),
        Rule("CARACTERE_FIN_DOS_ACCOLE", "warning", "Marque de fin de fichier DOS accolée"),
        Rule("CARACTERE_CONTROLE", "info", "Caractère de contrôle dans un texte"),
        Rule("CARACTERE_CONTROLE_CODE", "warning", "Caractère de contrôle dans un code"),
        Rule(
            "CARACTERE_CONTROLE_VALEUR",
            "warning",
            "Caractère de contrôle dans une date ou un montant",
            "non conforme",
        ),
        # Lines
        Rule("FIN_LIGNE_DOUBLE", "warning", "Fins de ligne CR CR LF", "non conforme"),
        Rule("FIN_LIGNE_DOUBLE_TOLEREE", "warning", "Fins de ligne CR CR LF"),
        Rule("FIN_LIGNE_CR", "warning", "Fins de ligne CR seul"),
        Rule("FIN_LIGNE_VARIABLE", "warning", "Fins de ligne variables"),
        Rule("FIN_LIGNE_MIXTE", "warning", "Fins de ligne mélangées", "non conforme"),
        Rule("FIN_LIGNE_AMBIGUE", "info", "Fin de ligne mal détectée", "non conforme"),
        Rule("LIGNE_VIDE_DEBUT", "warning", "Ligne vide avant l’en-tête", "refusé"),
        Rule("LIGNE_VIDE", "warning", "Ligne vide", "non conforme"),
        Rule("LIGNE_TROP_LONGUE", "error", "Ligne trop longue", "non conforme"),
        Rule("SAUT_DE_LIGNE_DONNEE", "warning", "Saut de ligne dans un texte"),
        Rule("SAUT_DE_LIGNE_LIBELLE", "warning", "Enregistrement coupé", "non conforme"),
        # Zones
        Rule("SEPARATEUR", "warning", "Séparateur non réglementaire", "refusé"),
        Rule("SEPARATEUR_ANCIEN", "warning", "Séparateur d’avant 2013"),
        Rule("SEPARATEUR_LIBELLE", "warning", "Séparateur dans un texte", "non conforme"),
        Rule("ZONES_NOMBRE", "error", "Nombre de zones faux", "non conforme"),
        Rule("ZONE_FINALE_VIDE", "info", "Zone vide en fin de ligne"),
        Rule("ZONE_FINALE_IRREGULIERE", "info", "Zone vide finale irrégulière", "non conforme"),
        Rule("ZONES_COMPLETEES", "info", "Zones complétées par des espaces"),
        Rule("ZONES_GUILLEMETS", "warning", "Zones entre guillemets", "non conforme"),
        # Header
        Rule("ENTETE_ABSENT", "error", "En-tête absent", "non conforme"),
        Rule("ENTETE_ABSENT_ORDRE_STANDARD", "warning", "Ordre légal supposé", "non conforme"),
        Rule("ENTETE_REPETE", "warning", "En-tête répété", "non conforme"),
        Rule("ENTETE_ORDRE", "info", "Ordre des colonnes"),
        Rule("ENTETE_ALIAS", "warning", "Nom de colonne non réglementaire", "non conforme"),
        Rule("COLONNE_INCONNUE", "info", "Colonne inconnue"),
        Rule("COLONNE_SANS_NOM", "warning", "Valeur dans une colonne sans nom"),
        Rule("COLONNE_EN_DOUBLE", "error", "Colonne en double"),
        Rule("COLONNE_OBLIGATOIRE_ABSENTE", "error", "Colonne obligatoire absente", "non conforme"),
        Rule("COLONNE_ABSENTE", "warning", "Colonne absente", "non conforme"),
    )
)
