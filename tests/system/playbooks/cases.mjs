const [a, b, c] = ['20261101000000-a', '20261102000000-b', '20261103000000-c'];
const image = (version) => `registry/footfall/app@sha256:${version}`;
const record = (version, schema, previous = '') => ({
  version,
  app_image: image(version),
  nginx_image: `registry/footfall/nginx@sha256:${version}`,
  schema,
  previous,
});
const v1 = record('v1', [a]);
const v2 = record('v2', [a, b], 'v1');
const records = { 'releases/1-v1.json': v1, 'releases/2-v2.json': v2, 'releases/current.json': v2 };

/** What `footfall migrate status --json` of an image with some migrations prints. */
function compare(own, applied, unsafe) {
  const describe = (name) => ({ name, downIsSafe: !unsafe.includes(name) });
  return {
    executed: own.filter((name) => applied.includes(name)).map(describe),
    pending: own.filter((name) => !applied.includes(name)).map(describe),
    unknown: applied.filter((name) => !own.includes(name)),
  };
}

function createCase(title, options, expected) {
  const {
    part = 'check-revert',
    version = 'v3',
    own = [a],
    applied = [a, b],
    unsafe = [],
    ...others
  } = options;
  const migrations = { v1: [a], v2: [a, b], v3: [a], gone: [a, b], ...others.images, [version]: own };
  const schema_by_image = Object.fromEntries(
    Object.entries(migrations).map(([name, of]) => [image(name), compare(of, applied, unsafe)]),
  );
  const written = { ...records, ...others.records };
  const { 'releases/1-v1.json': first, 'releases/2-v2.json': second, 'releases/current.json': now } = written;
  const variables = {
    version,
    release_version: version,
    release_app_image: image(version),
    release_schema: schema_by_image[image(version)],
    // rollback-check reads these from the files itself.
    ...(part === 'check-revert' && {
      release_records: [first, second],
      release_current: now,
      release_attempt: written['attempt.json'] ?? {},
    }),
    schema_by_image,
    workspace_folder: { path: '/nonexistent' },
    ...others.variables,
  };
  return { title, part, records: written, variables, expected };
}

const attempt = (reverts) => ({
  'attempt.json': { version: 'v3', app_image: image('v3'), schema_before: [a, b], reverts },
});
const current = (release) => ({ 'releases/current.json': release });

/** The key of the service that answers here. */
export const readKey = 'a-read-key-of-thirty-two-letters';
const smoke = (footfall_base_path, READ_KEY) => ({
  part: 'smoke-test',
  variables: {
    release_nodes: ['{{ inventory_hostname }}'],
    footfall_base_path,
    footfall_service_secrets: { READ_KEY },
  },
});

const done = { reverts: [], with: '', before: '' };
const deployed = { reverts: [b], with: image('v2'), before: 'v1' };

/** States of the records and of the schema, and what deploy.yml and rollback.yml would do. */
export const cases = [
  createCase('a revert is deployed: the image before reverts the migration', {}, deployed),
  createCase('an interrupted deploy of a revert is finished', { records: attempt([b]) }, deployed),
  createCase(
    'another build of the revert finishes it as well',
    { version: 'v4', records: attempt([b]) },
    deployed,
  ),
  createCase(
    'a migration that is not safe to revert is refused, with both ways out',
    { unsafe: [b] },
    /v3 lacks these applied migrations: 20261102000000-b\. Not marked as safe.*Keep the files.*rollback\.yml -e force=true -e version=v1,/,
  ),
  createCase(
    'without a release to roll back to, the refusal names one way out',
    { unsafe: [b], records: { 'releases/1-v1.json': v2 } },
    /Not marked as safe.*when you revert the code\.$/,
  ),
  createCase(
    'a release that was deployed before is left to rollback.yml',
    { version: 'v1' },
    /deployed here before: use ansible\/rollback\.yml -e version=v1$/,
  ),
  createCase(
    'a revert with a new migration is refused',
    { own: [a, c] },
    /newer ones: 20261103000000-c\. Deploy the revert without them first\.$/,
  ),
  createCase(
    'a revert below an applied migration is refused',
    { own: [a, c], applied: [a, b, c], images: { v2: [a, b, c] } },
    /newer ones: 20261103000000-c\. Keep the files in migrations\/, and undo them by a new migration\.$/,
  ),
  createCase(
    'a migration that no recorded release has is refused',
    { applied: [a, b, c] },
    /The deployed release v2 lacks 20261103000000-c as well/,
  ),
  createCase(
    'without records nothing is reverted',
    { records: current({}) },
    /No deployed release is recorded/,
  ),
  createCase(
    'migrations of an interrupted deploy are left to rollback.yml',
    { records: attempt([]) },
    /The deploy of v3 was interrupted: finish it with ansible\/rollback\.yml\.$/,
  ),
  createCase(
    'an image that is no longer in the registry is named',
    { records: current({ ...v2, app_image: image('gone') }) },
    /manifest unknown.*gone/,
  ),
  createCase(
    'rollback.yml returns to the release before an interrupted revert',
    { part: 'rollback-check', version: 'v2', own: [a, b], records: attempt([b]) },
    { reverts: [], with: image('v2'), before: '' },
  ),
  createCase(
    'rollback.yml refuses a release whose migration was reverted',
    {
      part: 'rollback-check',
      version: 'v2',
      own: [a, b],
      applied: [a],
      records: current(record('v3', [a], 'v1')),
    },
    /v2 needs these migrations, which were reverted: 20261102000000-b\..*deploy\.yml -e version=v2$/,
  ),
  createCase(
    'a failed revert of the schema fails the deploy',
    {
      part: 'deploy-failed',
      variables: {
        release_version: 'v3',
        release_step: 'the schema',
        release_forward_only: true,
        release_surplus: [{ name: b }],
        release_stack_deploy: { changed: true },
        ansible_failed_result: { msg: 'lock timeout' },
      },
    },
    /^Release v3 was not completely deployed\./,
  ),
  createCase('the smoke test asks a closed list with the read key', smoke('', readKey), done),
  createCase('the smoke test asks below the base path', smoke('/count', readKey), done),
  createCase(
    'the smoke test names what a wrong key was answered, without the key',
    smoke('', 'a-read-key-that-the-service-does-not-have'),
    /case-\d+ \/: Status code was 401 and not \[200, 308\]/,
  ),
  createCase(
    'the smoke test names what another service answered',
    smoke('/other', readKey),
    /case-\d+ \/other\/, case-\d+ \/other\/-\/openapi\.json: not answered by Footfall/,
  ),
];
