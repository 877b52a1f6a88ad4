import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOutputs, renderInventory } from '../lib/render-inventory.js';

const file = process.argv[2] ?? join(__dirname, '../outputs.json');
try {
  process.stdout.write(renderInventory(parseOutputs(readFileSync(file, 'utf8'))));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${file}: ${reason}\nWrite it with: npx cdk deploy --outputs-file outputs.json\n`);
  process.exitCode = 1;
}
