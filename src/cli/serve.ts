import type { Command } from 'commander';
import type { ServeOptions } from '../serve';

/** Adds `footfall serve`. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description(
      'Start the service. Ctrl-C, SIGTERM or SIGHUP stop it after the requests under way are answered.',
    )
    .option('--migrate', 'apply pending migrations first, as "footfall migrate up" does; fail if that fails')
    .addHelpText(
      'after',
      `
Examples:
  $ footfall serve
  $ DATABASE_URL=postgres://… footfall serve --migrate
  $ PORT=9000 DB_HOST=db.example.com DB_PASSWORD_FILE=/run/secrets/db_password footfall serve

Environment:
  PORT, HOST, DB_HOST and more: see "footfall settings". With the embedded PostgreSQL, pending migrations are applied
  at start. With your own, run "footfall createdb" and "footfall migrate up" first, or use --migrate. Several
  processes may start with it at the same time: they take turns.`,
    )
    .action(async (options: ServeOptions) => {
      stopWithNpm(process.env);
      const { serve } = await import('../serve.js');
      await serve(process.env, options);
    });
}

/**
 * Stops the service when npm ends without passing its signal on, as it does on SIGHUP. Without this, the service and
 * the embedded PostgreSQL would keep running as orphans.
 */
function stopWithNpm(environment: Readonly<Record<string, string | undefined>>): void {
  if (environment['npm_lifecycle_event'] !== 'start') return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  timer.unref();
}
