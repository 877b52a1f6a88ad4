/** Limits of a value, and which changes of them refuse nothing that was allowed. */
const limits = {
  minimum: (before, after) => after <= before,
  maximum: (before, after) => after >= before,
};

/**
 * Lists what a caller of the surface `before` cannot rely on in the surface `after`: what is gone, what has another
 * value, and what is required now. Other additions break nothing.
 */
export function findBreaks(before, after, path = []) {
  const here = path.join(' › ');
  if (!isGroup(before) || !isGroup(after)) {
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    if (isSame || limits[path.at(-1)]?.(before, after)) return [];
    return [`${here}: was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`];
  }
  return [
    ...Object.keys(before).flatMap((key) => {
      if (key in after) return findBreaks(before[key], after[key], [...path, key]);
      // A requirement or a limit that is gone refuses less.
      return key === 'required' || key in limits ? [] : [`${[...path, key].join(' › ')}: gone`];
    }),
    ...Object.keys(after)
      .filter((key) => !(key in before))
      .filter((key) => key === 'required' || key in limits || after[key]?.required)
      .map((key) => `${[...path, key].join(' › ')}: new`),
  ];
}

function isGroup(value) {
  return typeof value === 'object' && value !== null;
}
