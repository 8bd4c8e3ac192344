"""« Immobilisations »: the register, its charges, exits and statements."""
