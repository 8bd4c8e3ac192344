DROP FUNCTION duplicate_words(text);
DROP FUNCTION duplicate_alias(text, text);
DROP FUNCTION duplicate_name(text);
DROP FUNCTION duplicate_number(text);
