// Banque: accounts and third parties are completed as they are typed.
import "./completion-keys.js";
