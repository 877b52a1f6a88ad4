/** A head of the table that orders by its column. */
export interface SortButtonProps {
  readonly name: string;
  readonly by: string;
  /** The order that the first press asks for. */
  readonly first: string;
  /** The order of the list as it is. */
  readonly sort: string;
}

/** A column head as a button: it orders by its column, and turns the order round when that is so already. */
export function SortButton({ name, by, first, sort }: SortButtonProps) {
  const descending = sort === `-${by}`;
  const active = descending || sort === by;
  return (
    <th scope="col" aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button
        id={`sort-${by}`}
        form="order"
        name="sort"
        value={active ? (descending ? by : `-${by}`) : first}
      >
        {name}
        <span class="arrow" aria-hidden="true">
          {active ? (descending ? '↓' : '↑') : '↕'}
        </span>
      </button>
    </th>
  );
}
