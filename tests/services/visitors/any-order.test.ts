import fc from 'fast-check';
import { createStatementRunner } from '../../../src/db/create-statement-runner';
import { createVisitRecorder } from '../../../src/services/commands/recording/create-visit-recorder';
import { rollUpVisits } from '../../../src/services/commands/rolling/roll-up-visits';
import { undoImport } from '../../../src/services/commands/transfer/undo-import';
import { OperatorError } from '../../../src/shared/operator-error';
import { changeVisitor, listFaults, type Act } from '../../support/change-visitor';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { endAfter } from '../../support/end-after';
import { importText, importTotalsText, onClient } from '../../support/transfer';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** An import, and what it has added to each visitor. */
interface ModelImport {
  readonly id: string;
  readonly added: Map<string, number>;
  /** The file, and the names of the lines that are not added yet. */
  readonly text: string;
  rest: readonly string[];
}

/** What the visitors must be: the number of each, whether it is hidden, and its aliases. */
class Model {
  readonly numbers = new Map<string, number>();
  readonly hidden = new Set<string>();
  readonly aliases = new Map<string, string>();
  imports: ModelImport[] = [];

  import(of: ModelImport, names: readonly string[], visits = 1): void {
    for (const name of names) {
      const present = this.aliases.get(name) ?? name;
      this.count(present, visits);
      of.added.set(present, (of.added.get(present) ?? 0) + visits);
    }
  }

  undo({ id, added }: ModelImport): void {
    for (const [name, visits] of added) this.count(name, -visits);
    this.imports = this.imports.filter((other) => other.id !== id);
  }

  count(name: string, visits = 1): number {
    const present = this.aliases.get(name) ?? name;
    const number = (this.numbers.get(present) ?? 0) + visits;
    this.numbers.set(present, number);
    return number;
  }

  /** Changes the model, unless the act must change nothing. Returns whether it changed. */
  apply({ act, username, newName = '', keepsAlias }: Act): boolean {
    const { numbers, hidden, aliases } = this;
    if (act === 'add') {
      if (numbers.has(username) || aliases.has(username)) return false;
      numbers.set(username, 0);
      return true;
    }
    const number = numbers.get(username);
    if (number === undefined) return false;
    if (act === 'hide' || act === 'unhide') {
      if (hidden.has(username) === (act === 'hide')) return false;
      if (act === 'hide') hidden.add(username);
      else hidden.delete(username);
      return true;
    }
    if (act === 'rename') {
      if (numbers.has(newName) || (aliases.get(newName) ?? username) !== username) return false;
      aliases.delete(newName);
      numbers.set(newName, number);
      if (hidden.has(username)) hidden.add(newName);
    }
    if (act === 'merge') {
      if (!numbers.has(newName)) return false;
      this.count(newName, number);
    }
    numbers.delete(username);
    hidden.delete(username);
    for (const { added } of this.imports) {
      const moved = added.get(username);
      added.delete(username);
      if (moved !== undefined && act !== 'erase') added.set(newName, (added.get(newName) ?? 0) + moved);
    }
    for (const [alias, target] of aliases) {
      if (target !== username) continue;
      if (act === 'erase') aliases.delete(alias);
      else aliases.set(alias, newName);
    }
    if (keepsAlias && act !== 'erase') aliases.set(username, newName);
    return true;
  }

  rows(): Map<string, unknown> {
    return new Map(
      [...this.numbers].map(([name, visits]) => [
        name,
        {
          visits,
          isHidden: this.hidden.has(name),
          aliases: [...this.aliases].flatMap(([alias, target]) => (target === name ? [alias] : [])).sort(),
        },
      ]),
    );
  }
}

async function readRows(): Promise<Map<string, unknown>> {
  const rows = await database.query<{ username: string }>(`
    SELECT username, visits::int, hidden_at IS NOT NULL AS "isHidden",
      ARRAY(SELECT alias FROM visitor_aliases WHERE visitor_aliases.visitor_id = visitors.id ORDER BY alias) AS aliases
    FROM visitors JOIN visit_totals ON visit_totals.visitor_id = visitors.id`);
  return new Map(rows.map(({ username, ...row }) => [username, row]));
}

const readLog = (): Promise<unknown[]> =>
  database.query(`SELECT md5(string_agg(id || ' ' || visited_at, ',' ORDER BY id)) AS log FROM visits`);

type Step =
  | { readonly kind: 'visits' | 'balances'; readonly names: readonly string[] }
  | { readonly kind: 'import'; readonly names: readonly string[]; readonly parts: number }
  | { readonly kind: 'resume' | 'undo'; readonly which: number; readonly parts: number }
  | { readonly kind: 'rollUp'; readonly most: number }
  | ({ readonly kind: 'act' } & Act);

const name = fc.constantFrom('a', 'b', 'c', 'd');
const names = fc.array(name, { minLength: 1, maxLength: 6 });
// The process ends after so many parts of two lines, if there are more.
const parts = fc.integer({ min: 1, max: 5 });
const act: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('act' as const),
  act: fc.constantFrom('add', 'hide', 'unhide', 'rename', 'rename', 'merge', 'merge', 'merge', 'erase'),
  username: name,
  newName: name,
  keepsAlias: fc.boolean(),
  isDryRun: fc.nat(5).map((n) => n === 0),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  act,
  act,
  fc.record({ kind: fc.constantFrom('visits' as const, 'visits' as const, 'balances' as const), names }),
  fc.record({ kind: fc.constant('import' as const), names, parts }),
  fc.record({
    kind: fc.constantFrom('resume' as const, 'undo' as const, 'undo' as const),
    which: fc.nat(),
    parts,
  }),
  fc.record({ kind: fc.constant('rollUp' as const), most: fc.integer({ min: 1, max: 20 }) }),
);

let keys = 0;

const removeAll = `DELETE FROM imported_visits; DELETE FROM opening_balances; DELETE FROM balance_imports; DELETE FROM visits; DELETE FROM visitors;
  TRUNCATE visit_counts, visit_counts_of_all, visitor_changes`;

async function perform(model: Model, given: Step): Promise<void> {
  const run = createStatementRunner(database.sequelize);
  if (given.kind === 'rollUp') {
    for (let pass = 0; pass < 3; pass += 1) await rollUpVisits(run, given.most);
  } else if (given.kind === 'act') {
    await performAct(model, given);
  } else if ('which' in given) {
    const imports = model.imports.filter(({ rest }) => given.kind === 'undo' || rest.length > 0);
    const chosen = imports[given.which % imports.length];
    const continueWith = given.kind === 'undo' ? performUndo : performImport;
    if (chosen) await continueWith(model, given.parts, chosen);
  } else if (given.kind === 'import') {
    const lines = given.names.map(
      (username, n) => `${username},20${10 + n}-0${1 + n}-01T00:0${n}:00.${(keys += 1)}Z`,
    );
    await performImport(model, given.parts, {
      id: '',
      added: new Map(),
      text: `username,visited_at\n${lines.join('\n')}\n`,
      rest: given.names,
    });
  } else if (given.kind === 'balances') {
    const names = [...new Set(given.names)];
    const { importId: id = '' } = await importTotalsText(
      database,
      names.map((username) => `${username},7\n`).join(''),
    );
    const imported: ModelImport = { id, added: new Map(), text: '', rest: [] };
    model.imports.push(imported);
    model.import(imported, names, 7);
  } else {
    const recorder = createVisitRecorder(run, {
      maxInFlight: 2,
      maxBatch: 100,
      maxWaiting: 1000,
      waitWithinMs: 10_000,
      answerWithinMs: 20_000,
    });
    const answers = await Promise.all(
      given.names.map((username, n) =>
        recorder.recordVisit(username, n % 2 ? `key-${(keys += 1)}` : undefined),
      ),
    );
    // A name and its aliases get the next numbers, each once, in any order.
    const expected = given.names.map((username) => [
      model.aliases.get(username) ?? username,
      model.count(username),
    ]);
    const got = answers.map(({ username, visits }) => [model.aliases.get(username) ?? username, visits]);
    expect(got.map(String).sort()).toEqual(expected.map(String).sort());
  }
}

/** Imports a file, or goes on with it, until the process ends. */
async function performImport(model: Model, parts: number, imported: ModelImport): Promise<void> {
  await importText(database, 'csv', imported.text, {}, endAfter(parts)).catch(expectEnd);
  const added = imported.rest.slice(0, parts * 2);
  let known = imported;
  if (imported.id === '') {
    const [row] = await database.query<{ id: string }>('SELECT max(id) AS id FROM balance_imports');
    known = { ...imported, id: row?.id ?? '' };
    model.imports.push(known);
  }
  known.rest = imported.rest.slice(parts * 2);
  model.import(known, added);
}

/** Undoes an import until the process ends, and then the rest of it. */
async function performUndo(model: Model, parts: number, imported: ModelImport): Promise<void> {
  const undo = (parts: number) =>
    onClient(database, (client) => undoImport(client, imported.id, endAfter(parts)));
  const isUndone = await undo(parts).then(Boolean, (error: unknown) => {
    expectEnd(error);
    return false;
  });
  if (!isUndone) await undo(Infinity);
  expect(await database.query('SELECT FROM balance_imports WHERE id = $1', [imported.id])).toEqual([]);
  model.undo(imported);
}

function expectEnd(error: unknown): void {
  expect(error).toEqual(new Error('ended'));
}

async function performAct(model: Model, given: Act): Promise<void> {
  if (given.username === given.newName && ['rename', 'merge'].includes(given.act)) return;
  const before = await readLog();
  const [records] = await database.query('SELECT count(*)::int AS n FROM visitor_changes');
  const change = await changeVisitor(database, given).catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    return undefined;
  });
  const trial = Object.assign(new Model(), {
    numbers: new Map(model.numbers),
    hidden: new Set(model.hidden),
    aliases: new Map(model.aliases),
    imports: [],
  });
  const isValid = (given.isDryRun ? trial : model).apply(given);
  expect(change?.isChanged ?? false).toBe(isValid);
  const isDone = isValid && !given.isDryRun;
  if (given.act !== 'erase' || !isDone) expect(await readLog()).toEqual(before);
  expect(await database.query('SELECT count(*)::int AS n FROM visitor_changes')).toEqual([
    { n: Number(records?.['n']) + (isDone ? 1 : 0) },
  ]);
}

it('keeps every number, every time and the verification right in any order of acts, visits, imports, undos and passes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async (steps) => {
      await database.query(removeAll);
      const model = new Model();
      for (const given of steps) {
        await perform(model, given);
        expect(await readRows()).toEqual(model.rows());
        expect(await listFaults(database)).toEqual([]);
      }
    }),
    { numRuns: 10, endOnFailure: true },
  );
}, 240_000);
