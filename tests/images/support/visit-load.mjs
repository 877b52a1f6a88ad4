import { ask, readListed } from './http-client.mjs';

/**
 * Visits a few names over and over, from several clients at once, and keeps the books: what was asked, and which
 * numbers were answered.
 */
export function startVisitLoad(url, { names, clients = 20 }) {
  const books = new Map(names.map((name) => [name, { asked: 0, numbers: [] }]));
  const failures = new Map();
  let stopped = false;
  const visit = async (client) => {
    for (let turn = client; !stopped; turn += 1) {
      const name = names[turn % names.length];
      const book = books.get(name);
      book.asked += 1;
      const answer = await ask(url, `/${name}`, { timeoutMs: 15_000 }).catch((error) => ({
        status: error.code,
      }));
      if (answer.status === 200) book.numbers.push(answer.json.visits);
      else failures.set(answer.status, (failures.get(answer.status) ?? 0) + 1);
    }
  };
  const done = Promise.all(Array.from({ length: clients }, (_, client) => visit(client)));
  return {
    /** Ends the load and waits for the answers that are under way. */
    async stop() {
      stopped = true;
      await done;
    },
    /**
     * Holds the books against what is counted: answered <= counted <= asked for each name, and no number twice.
     * @returns what happened, in words.
     */
    async settle() {
      let asked = 0;
      let answered = 0;
      for (const [name, book] of books) {
        const counted = await readListed(url, name);
        if (new Set(book.numbers).size !== book.numbers.length)
          throw new Error(`${name}: a number was given twice`);
        if (counted < book.numbers.length || counted > book.asked) {
          throw new Error(
            `${name}: ${book.numbers.length} answered, ${counted} counted, ${book.asked} asked`,
          );
        }
        asked += book.asked;
        answered += book.numbers.length;
      }
      if (answered === 0) throw new Error('nothing was answered');
      const rest = [...failures].map(([status, count]) => `, ${count} × ${status}`).join('');
      return `${answered} of ${asked} answered${rest}`;
    },
  };
}
