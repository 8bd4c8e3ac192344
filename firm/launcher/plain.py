"""Commands that read files alone: they wait neither for the engines nor for the apps to load."""

PLAIN_COMMANDS = {"fec_check": "ledger.management.commands.fec_check"}
