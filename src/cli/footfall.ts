#!/usr/bin/env -S node --max-semi-space-size=8 --max-old-space-size=512
// `npm start` and docker/ecosystem.config.cjs set the same flags: docs/decisions/0020.
import { describeFailure } from '../db/describe-failure';
import { createProgram } from './create-program';
import { explainSwallowedFlags } from './swallowed-flags';

const program = createProgram();
// Write errors are handled where the text is written; without a listener they would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const refusal = explainSwallowedFlags(process.env, process.argv.slice(3), program);
if (refusal !== undefined) {
  process.stderr.write(`footfall: ${refusal}\n`);
  process.exitCode = 2;
} else {
  program.parseAsync().catch((error: unknown) => {
    process.stderr.write(`footfall: ${describeFailure(error)}\n`);
    process.exitCode = 1;
  });
}
