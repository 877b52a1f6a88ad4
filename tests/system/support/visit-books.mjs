/**
 * Opens the account of a load: for each name what was asked, which numbers were answered, and for how many requests
 * nobody knows what became of them.
 */
export function openVisitBooks() {
  const books = new Map();
  const get = (name) => {
    if (!books.has(name)) books.set(name, { asked: 0, numbers: [], unknown: 0 });
    return books.get(name);
  };
  return {
    /** Notes a visit that is about to be asked for. */
    ask: (name) => void (get(name).asked += 1),
    /** Notes what came of it: an answer of the service, or `{ status: 'ECONNRESET' }` when there was none. */
    close(name, answer) {
      if (answer.status === 200) get(name).numbers.push(answer.json.visits);
      else if (isUnknown(answer)) get(name).unknown += 1;
    },
    /** The answered visits of each name: none of them may ever be lost. */
    listAnswered: () => [...books].map(([name, { numbers }]) => [name, numbers.length]),
    /** What was asked, answered and is unknown, of all names together. */
    sum() {
      const totals = { asked: 0, answered: 0, unknown: 0 };
      for (const { asked, numbers, unknown } of books.values()) {
        totals.asked += asked;
        totals.answered += numbers.length;
        totals.unknown += unknown;
      }
      return totals;
    },
    /**
     * Holds the books against what is counted, name by name: everything answered is counted, nothing else is but what
     * is unknown, and no number was given twice.
     * @param readCounted gives the number of a name; may be asynchronous.
     * @returns {Promise<number>} what is counted of all names together.
     * @throws naming the names that are off.
     */
    async check(readCounted) {
      const faults = [];
      let total = 0;
      for (const [name, book] of books) {
        const counted = await readCounted(name);
        faults.push(...findFaults(book, counted).map((fault) => `${name}: ${fault}`));
        total += counted;
      }
      if (faults.length > 0)
        throw new Error(`${faults.length} names are off:\n${faults.slice(0, 20).join('\n')}`);
      return total;
    },
  };
}

/**
 * Holds the books of a load against what is counted.
 * @param {Map} failures how often each status, or code of an error, came instead of a number.
 * @returns what happened, in words.
 */
export async function settleBooks(books, failures, readCounted) {
  await books.check(readCounted);
  const { asked, answered } = books.sum();
  if (answered === 0) throw new Error('nothing was answered');
  const rest = [...failures].map(([status, count]) => `, ${count} × ${status}`).join('');
  return `${answered} of ${asked} answered${rest}`;
}

function findFaults({ asked, numbers, unknown }, counted) {
  const faults = [];
  const said = `${numbers.length} answered, ${counted} counted, ${unknown} unknown, ${asked} asked`;
  if (counted < numbers.length) faults.push(`visits were lost: ${said}`);
  if (counted > numbers.length + unknown) faults.push(`visits were counted that were refused: ${said}`);
  if (new Set(numbers).size !== numbers.length) faults.push('a number was given twice');
  if (numbers.some((number) => number > counted)) faults.push(`a number beyond the count was given: ${said}`);
  return faults;
}

/** Whether a visit may be recorded or not. Without an answer only a refused connection says that it is not. */
export function isUnknown({ status, json }) {
  if (status === 200 || status === 'ECONNREFUSED') return false;
  // What a proxy says of a service that did not answer (502, 504) or of its own fault (500) leaves it open.
  const isRefused = [400, 404, 429, 503].includes(status) && json?.code !== undefined;
  return !isRefused || json.code === 'outcome-unknown';
}
