/**
 * Creates what several tests of a run need, such as a database or a finished deploy, when the first of them asks for
 * it. Tests that a name filter leaves out therefore cost nothing.
 */
export function createSharedResources() {
  const removals = [];
  /** Removes everything that was created, last first; a failure does not keep the others from being removed. */
  const removeAll = async () => {
    const failures = [];
    for (const { title, remove } of removals.splice(0).reverse()) {
      report(`removing ${title}`);
      await remove().catch((error) => failures.push(new Error(`${title}: ${error.message}`)));
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void removeAll().finally(() => process.exit(130)));
  }
  return {
    /**
     * @param create runs once. When it fails, the first caller gets the error, and all others fail at once and name it.
     * @param remove is given what was created.
     * @returns a function that returns what was created.
     */
    share(title, create, remove) {
      let created;
      const run = async () => {
        const resource = await create();
        if (remove) removals.push({ title, remove: async () => remove(resource) });
        return resource;
      };
      return () => {
        if (!created) return (created = run());
        return created.catch(({ message }) => {
          throw new Error(`not run, since this failed before: ${title}: ${message.split('\n')[0]}`);
        });
      };
    },
    removeAll,
  };
}

/** Prints what is under way, for steps that take long. */
export function report(line) {
  process.stdout.write(`    ${line}\n`);
}
