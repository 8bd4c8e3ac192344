DROP FUNCTION obligations_to_plan(date, int);
