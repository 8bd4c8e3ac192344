"""A whole dossier as one archive that any installation of this version can take in again."""

FORMAT = "cabinet-dossier"
VERSION = 1
MANIFEST = "manifest.json"
ROWS = "donnees"  # data/<table>.jsonl, one row a line as PostgreSQL writes it
FILES = "fichiers"  # <folder of the storage>/<name>: documents and FEC originals
STORED = ("bank", "documents", "fec")  # folders of the storage that hold a dossier's bytes for good
