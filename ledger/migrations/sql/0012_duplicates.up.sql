-- What is left of a number once case, spaces, leading zeros and a prefix of letters are gone:
-- « FA-00012 », « fa 12 » and « 12 » are one.  Letters alone are no number.
CREATE FUNCTION duplicate_number(typed text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(ltrim(regexp_replace(
        regexp_replace(upper(typed), '(^|[^0-9])0+(?=[0-9])', '\1', 'g'), '[^A-Z0-9]+', '', 'g'),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ0'), '')
$$;

-- A company's name without accents, signs, legal form and small words; also used of bank labels.
CREATE FUNCTION duplicate_name(typed text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        ' ' || regexp_replace(replace(upper(unaccent(typed)), '.', ''), '[^A-Z0-9]+', ' ', 'g') || ' ',
        '( (SARL|SASU|SAS|SA|EURL|SNC|SCI|SCP|STE|SOCIETE|ETS|ETABLISSEMENTS|ET|DE|DU|DES|LA|LE|LES))+(?= )',
        '', 'g'))
$$;

-- Two names of one company: alike, and with the same figures in them (« Magasin 12 » is not 13).
CREATE FUNCTION duplicate_alias(one text, other text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT one = other OR (similarity(one, other) >= 0.6
        AND regexp_replace(one, '[^0-9]+', '', 'g') = regexp_replace(other, '[^0-9]+', '', 'g'))
$$;

-- The words of a bank label that say who was paid, those of banking apart.
CREATE FUNCTION duplicate_words(label text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(word), '{}') FROM string_to_table(duplicate_name(label), ' ') AS word
    WHERE length(word) >= 4 AND word !~ '[0-9]' AND word NOT IN ('PRLV', 'PRELEVEMENT', 'SEPA',
        'VIREMENT', 'CARTE', 'PAIEMENT', 'FACTURE', 'REMISE', 'CHEQUE', 'RECU', 'EMIS', 'ACHAT', 'FRANCE',
        'REGLEMENT', 'INSTANTANE', 'FAVEUR', 'CLIENT', 'FOURNISSEUR')
$$;
