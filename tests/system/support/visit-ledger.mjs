/**
 * Records the visits of a load: for each name how many were requested, which numbers were answered, and for how many
 * requests the outcome is unknown.
 */
export function createVisitLedger() {
  const accounts = new Map();
  const failures = new Map();
  const get = (name) => {
    if (!accounts.has(name)) accounts.set(name, { requested: 0, numbers: [], unknown: 0 });
    return accounts.get(name);
  };
  const sum = () => {
    const totals = { requested: 0, answered: 0, unknown: 0 };
    for (const { requested, numbers, unknown } of accounts.values()) {
      totals.requested += requested;
      totals.answered += numbers.length;
      totals.unknown += unknown;
    }
    return totals;
  };
  /**
   * Compares the ledger with the counts of the service, name by name: every answered visit is counted, nothing else is
   * counted except visits of unknown outcome, and no number was given twice.
   * @param readCount returns the count of a name; may be asynchronous.
   * @returns {Promise<number>} the count of all names together.
   * @throws naming the names that differ.
   */
  const check = async (readCount) => {
    const errors = [];
    let total = 0;
    for (const [name, account] of accounts) {
      const counted = await readCount(name);
      errors.push(...findErrors(account, counted).map((error) => `${name}: ${error}`));
      total += counted;
    }
    if (errors.length > 0) {
      throw new Error(`${errors.length} errors in the counts:\n${errors.slice(0, 20).join('\n')}`);
    }
    return total;
  };
  return {
    /** Records a visit that is about to be requested. */
    request: (name) => void (get(name).requested += 1),
    /** Records its outcome: a response of the service, or `{ status: 'ECONNRESET' }` when there was none. */
    answer(name, response) {
      if (response.status === 200) get(name).numbers.push(response.json.visits);
      else if (isUnknown(response)) get(name).unknown += 1;
    },
    /** Records an attempt that got no number: one visit may take several attempts. */
    fail: ({ status }) => void failures.set(status, (failures.get(status) ?? 0) + 1),
    countFailures: () => [...failures.values()].reduce((total, count) => total + count, 0),
    /** Lists the answered visits of each name: none of them may ever be lost. */
    listAnswered: () => [...accounts].map(([name, { numbers }]) => [name, numbers.length]),
    /** Counts the requested, the answered and the unknown visits of all names. */
    sum,
    check,
    /** Checks the counts and returns a summary as text. */
    async summarise(readCount) {
      await check(readCount);
      const { requested, answered } = sum();
      if (answered === 0) throw new Error('nothing was answered');
      const rest = [...failures].map(([status, count]) => `, ${count} × ${status}`).join('');
      return `${answered} of ${requested} answered${rest}`;
    },
  };
}

function findErrors({ requested, numbers, unknown }, counted) {
  const errors = [];
  const figures = `${numbers.length} answered, ${counted} counted, ${unknown} unknown, ${requested} requested`;
  if (counted < numbers.length) errors.push(`visits were lost: ${figures}`);
  if (counted > numbers.length + unknown) errors.push(`refused visits were counted: ${figures}`);
  if (new Set(numbers).size !== numbers.length) errors.push('a number was given twice');
  if (numbers.some((number) => number > counted)) {
    errors.push(`a number beyond the count was given: ${figures}`);
  }
  return errors;
}

/** Whether a visit may or may not be recorded. Without a response, only a refused connection excludes it. */
export function isUnknown({ status, json }) {
  if (status === 200 || status === 'ECONNREFUSED') return false;
  // The errors of a proxy (502 and 504 for its upstream, 500 for itself) say nothing about the visit.
  const isRefused = [400, 404, 429, 503].includes(status) && json?.code !== undefined;
  return !isRefused || json.code === 'outcome-unknown';
}
