import type { VisitorAct, VisitorChange } from '../../services/commands/visitors/visitor-change';

const done: Record<VisitorAct, string> = {
  add: 'added',
  hide: 'hid',
  unhide: 'unhid',
  rename: 'renamed',
  merge: 'merged',
  erase: 'erased',
};

const doneBefore: Record<VisitorAct, string> = {
  add: 'exists already',
  hide: 'is hidden already',
  unhide: 'is not hidden',
  rename: 'was renamed already',
  merge: 'was merged already',
  erase: 'was erased already',
};

/** Renders a change as a line. */
export function renderChange(change: VisitorChange, isDryRun: boolean): string {
  const { act, username, newName, keepsAlias, isChanged, visitsBefore, visitsAfter } = change;
  const name = JSON.stringify(username);
  if (!isChanged) return `${name} ${doneBefore[act]}; nothing was changed`;
  const link = act === 'merge' ? 'into' : 'to';
  const target = newName === undefined ? '' : ` ${link} ${JSON.stringify(newName)}`;
  const visits = visitsBefore === visitsAfter ? visitsAfter : `${visitsBefore} became ${visitsAfter}`;
  const alias = keepsAlias ? `; ${name} is an alias of it` : '';
  return `${isDryRun ? `would ${act}` : done[act]} ${name}${target}: ${visits} visits${alias}${isDryRun ? '; nothing was changed' : ''}`;
}

/** Returns a change as it is printed as JSON. */
export function toJson(change: VisitorChange): Record<string, unknown> {
  const { act, username, newName, keepsAlias, isChanged, visitsBefore, visitsAfter } = change;
  return {
    act,
    username,
    newName,
    keepsAlias,
    changed: isChanged,
    visitsBefore: Number(visitsBefore),
    visitsAfter: Number(visitsAfter),
  };
}
