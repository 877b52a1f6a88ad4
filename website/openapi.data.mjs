import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

// VitePress calls this while it builds the page that imports it.
export default {
  load() {
    const tool = join(import.meta.dirname, '../tools/print-openapi.mjs');
    return JSON.parse(execFileSync(process.execPath, [tool], { maxBuffer: 2 ** 26 }).toString());
  },
};
