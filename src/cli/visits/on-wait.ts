/** Says why an import or its undo does not begin. */
export function onWait(): void {
  process.stderr.write('a change of visitors is under way; waiting for it to end\n');
}
