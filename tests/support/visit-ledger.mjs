import { readListed } from './http-client.mjs';

/**
 * Keeps the books of visits to a few names: how many were asked for, which numbers were answered, and what became of
 * the rest.
 */
export function createVisitLedger(names) {
  const books = new Map(names.map((name) => [name, { asked: 0, numbers: [] }]));
  const failures = new Map();
  return {
    /**
     * Makes one visit with `send`, which resolves to its answer, and writes down what came of it.
     * @returns {Promise<boolean>} whether it was answered with a number.
     */
    async visit(name, send) {
      const book = books.get(name);
      book.asked += 1;
      const answer = await send(`/${name}`).catch((error) => ({ status: error.code ?? error.message }));
      const answered = answer.status === 200;
      if (answered) book.numbers.push(answer.json.visits);
      else failures.set(answer.status, (failures.get(answer.status) ?? 0) + 1);
      return answered;
    },
    /** How many visits were not answered with a number, whatever became of them. */
    countFailures: () => [...failures.values()].reduce((sum, count) => sum + count, 0),
    /** The answered visits of each name: none of them may ever be lost. */
    listAnswered: () => [...books].map(([name, { numbers }]) => [name, numbers.length]),
    /**
     * Holds the books against what is counted: answered <= counted <= asked for each name, and no number twice. Where
     * nothing failed that is exactly one number for each visit, 1 to the last.
     * @returns what happened, in words.
     */
    async settle(url) {
      let asked = 0;
      let answered = 0;
      for (const [name, book] of books) {
        const counted = await readListed(url, name);
        const figures = `${book.numbers.length} answered, ${counted} counted, ${book.asked} asked`;
        if (new Set(book.numbers).size !== book.numbers.length)
          throw new Error(`${name}: a number was given twice`);
        if (counted < book.numbers.length || counted > book.asked) throw new Error(`${name}: ${figures}`);
        if (book.numbers.some((number) => number < 1 || number > counted))
          throw new Error(`${name}: a number was given that is not among 1 to ${counted}`);
        asked += book.asked;
        answered += book.numbers.length;
      }
      if (answered === 0) throw new Error('nothing was answered');
      const rest = [...failures].map(([status, count]) => `, ${count} × ${status}`).join('');
      return `${answered} of ${asked} answered${rest}`;
    },
  };
}
