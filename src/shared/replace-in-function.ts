/**
 * Renders SQL for a migration that replaces a text in a function of the database, and keeps everything else of it.
 * @param name the function with the types of its parameters.
 */
export function replaceInFunction(name: string, before: string, after: string): string {
  return `
    DO $do$
    DECLARE
      definition text := pg_get_functiondef('${name}'::regprocedure);
    BEGIN
      IF strpos(definition, $before$${before}$before$) = 0 THEN
        RAISE EXCEPTION '${name} is not as the migrations made it';
      END IF;
      EXECUTE replace(definition, $before$${before}$before$, $after$${after}$after$);
    END $do$`;
}
