/**
 * Waits for the work for at most `ms` milliseconds. The work itself is not stopped; its late result is ignored.
 * @param onLate returns the result that replaces the late one, or throws.
 */
export async function withDeadline<T>(work: Promise<T>, ms: number, onLate: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([work, deadline.then(onLate)]).finally(() => {
    clearTimeout(timer);
  });
}
