import { formatAge } from '../format';

/** A moment as a person thinks of it, with the exact one at hand; a script puts that into the viewer's zone. */
export function Moment({ at, now }: { readonly at: string; readonly now: Date }) {
  return (
    <time dateTime={at} title={`${at.slice(0, 16).replace('T', ' ')} UTC`} data-moment>
      {formatAge(new Date(at), now)}
    </time>
  );
}
