-- A record of an auto-facture forgets an invoice that is deleted, and goes with its transaction: set-
-- based, and before the keys' own triggers look (AFTER triggers fire in the order of their names).
CREATE FUNCTION ledger_autoinvoice_forget_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_autoinvoice a SET invoice_id = NULL
    FROM gone g WHERE a.dossier_id = g.dossier_id AND a.invoice_id = g.id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_autoinvoice_forget_invoice AFTER DELETE ON ledger_invoice
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION ledger_autoinvoice_forget_invoice();

CREATE FUNCTION ledger_autoinvoice_forget_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM ledger_autoinvoice a USING gone g
    WHERE a.dossier_id = g.dossier_id AND a.transaction_id = g.id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_autoinvoice_forget_transaction AFTER DELETE ON ledger_banktransaction
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
    EXECUTE FUNCTION ledger_autoinvoice_forget_transaction();
