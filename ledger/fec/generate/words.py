"""The words of the invented books: no real company, every accent and apostrophe of real files."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


FORMS: Final = _words("SARL, SAS, EURL, SASU, SARL, SAS, SCOP, SNC, SA, EI")

TRADES: Final = _words("""
    Menuiserie, Plomberie, Boulangerie, Imprimerie, Librairie, Garage, Transports, Maçonnerie,
    Charpente, Couverture, Électricité, Serrurerie, Chaudronnerie, Pépinière, Fromagerie,
    Brasserie, Restaurant, Hôtel, Pharmacie, Optique, Ferronnerie, Tapisserie, Ébénisterie,
    Vitrerie, Peinture, Carrelage, Terrassement, Paysage, Ambulances, Cabinet, Agence, Atelier,
    Studio, Comptoir, Maison, Domaine, Cave, Verger, Ferme, Scierie, Tannerie, Filature, Confection,
    Orfèvrerie, Horlogerie, Coutellerie, Papeterie, Quincaillerie, Droguerie, Cordonnerie
""")

SURNAMES: Final = _words("""
    Castagnol, Vauquelière, Brindamour, Lestrelin, Harcouët, Moutardier, Pérolle, Quillevrin,
    Sauvagnac, Tranchemontagne, Villequoy, Aubrelicque, Bessandier, Chaumezin, Dourlencourt,
    Esparvière, Fontgalland, Grandcorps, Houdinière, Isambert-Roy, Jonchère, Kervadoué, Lagadenne,
    Maubourguet, Noirlieu, Ortevielle, Peyrelade, Quatresous, Rastignol, Saintemarie, Taillebourg,
    Ussandier, Vergnasse, Wambrechoy, Yvercheny, Zandrier, Abeljean, Bonnemain, Cœurdacier,
    D'Estrez, Évenisse, Fleurdépine, Gâtebois, Hébrolle, Îlefort, Jaubertin, Lhommedé, Mâchefer,
    Nœuvéglise, Offrézy, Prud'hommeau, Quercynois, Rœdelsheim, Sœurdoux, Thévenagne, Urvoëz,
    Vœgtlinger, Bélisandre, Cazeneuvière, Duchalard, Embrunois, Ferréolet, Guillemange, Hurtebise,
    L'Hermitte, Mondésert, Neuvecelle, Ollivérou, Pontaubry, Reculandier, Sourdevance, Trépassac,
    Vaudeleau, Boisgontier-Lassalle, Courtemanchet, Delacroisière, Entraygolles, Froidevallon
""")

FIRST_NAMES: Final = _words("""
    Éloïse, Françoise, Théo, Gaëlle, Jérôme, Maël, Zoé, Noémie, Loïc, Hélène, Benoît, Anaïs,
    Aurélien, Chloé, Raphaël, Océane, Adèle, Grégoire, Inès, Béatrice, Célestin, Désiré, Edmée,
    Ghislain, Honoré, Irénée, Joséphine, Kévin, Léonie, Mélusine, Nathanaël, Oriane, Philémon
""")

PLACES: Final = _words("""
    Val-Sérin, Pont-l'Évêquière, La Roche-aux-Fées-Basses, Saint-Amour-le-Vieux, Aigremont-sur-Orne,
    L'Isle-Dorée, Beaurepaire-en-Vexois, Châtelmont, Le Fayet-Haut, Mirecourbe, Noyalle, Ormeval,
    Quincy-Bois, Rivesaube, Saint-Jean-des-Halles, Trémouilles-Bas, Villebrune, Œuilly-le-Grand,
    Mont-Brévent, Plouarnec-Izel, Bagnères-Saint-Félix, Fontaine-l'Abbé, Hautecombelle
""")

LONG_NAMES: Final = (
    "Société coopérative d'intérêt collectif des producteurs et artisans réunis de {place}",
    "Groupement d'intérêt économique pour l'approvisionnement en commun {surname} et associés",
    "Association pour la gestion de l’établissement d’accueil de jeunes enfants « {place} »",
    "Syndicat intercommunal d'assainissement et de traitement des eaux de {place} et environs",
)

NAMES: Final = (
    "{form} {trade} {surname}",
    "{form} {trade} {surname}",
    "{form} {trade} {surname}",
    "{trade} de {place}",
    "{form} {surname} & Fils",
    "Établissements {surname}",
    "{trade} {first} {surname}",
    "M. et Mme {surname}",
    "{first} {surname}",
    "Ets {surname} Frères",
    "L’Atelier {surname}",
    "L’Écrin de {place}",
    "{form} {surname}-{other}",
)

FOREIGN_NAMES: Final = (
    "{surname} GmbH",
    "{surname} S.r.l.",
    "{surname} Ltd",
    "{surname} B.V.",
)
