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
  main: '^src/main\\.ts$',
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
      comment: 'Two files that need each other are one file, or hide a third that both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    only('shared', shared, [], 'The ground floor: everybody stands on it, so it stands on nobody.'),
    only('config', config, [shared], 'Settings are read before anything else exists.'),
    only('metrics', metrics, [shared], 'Metrics are told of events; they know nothing of those who tell.'),
    only(
      'instrumentation',
      instrumentation,
      [config, shared],
      'It is loaded before all that it watches, so it can stand on nothing that is watched.',
    ),
    only('models', models, [shared], 'Models describe tables; the connection is handed to them.'),
    only('db', db, [shared], 'Connections and migrations must work whatever the models of today look like.'),
    only('embedded-postgres', embedded, [shared], 'The development database knows nothing of the service.'),
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
    only('web', web, [], 'It runs in browsers: the service reaches it over HTTP, as anybody else does.'),
    only(
      'migrations',
      '^migrations/',
      [`${shared}migration\\.ts$`],
      'Models change later; a merged migration must not.',
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
      name: 'nothing-imports-tests-or-bench',
      comment: 'What is shipped must not depend on what is not.',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { path: '^(tests|bench)/' },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports is either an entry or dead.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [main, `${cli}footfall\\.ts$`, `${web}(main\\.ts|tsconfig\\.json)$`],
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
