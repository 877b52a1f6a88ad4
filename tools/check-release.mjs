// Runs before `npm publish`. Only the pipeline of a tag publishes, and only the version that the tag names.
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const tag = process.env.CI_COMMIT_TAG;
if (tag !== `v${version}`) {
  process.stderr.write(`Not published: package.json says ${version}, so the pipeline must run for the tag `);
  process.stderr.write(`v${version}${tag ? `, not ${tag}` : ''}.\n`);
  process.exit(1);
}
