interface ListPage {
  readonly results: readonly { readonly username: string; readonly visits: number }[];
  /** Path of the next page. */
  readonly next?: string | null;
}

/**
 * Reads all visitors and their visits from the list of a service, page by page.
 * @throws {Error} if the list does not answer
 */
export async function readListing(url: string): Promise<Map<string, number>> {
  const listing = new Map<string, number>();
  for (let path: string | null | undefined = '/'; path;) {
    const response: Response = await fetch(`${url}${path}`).catch((cause: unknown) => {
      throw new Error(`The server at ${url} does not answer any more. Start it alone to see why it ended.`, {
        cause,
      });
    });
    if (!response.ok)
      throw new Error(`The list at ${url} answered ${response.status}: ${await response.text()}`);
    const page = (await response.json()) as ListPage;
    for (const { username, visits } of page.results) listing.set(username, visits);
    path = page.next;
  }
  return listing;
}
