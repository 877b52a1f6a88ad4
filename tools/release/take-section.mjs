/**
 * Takes a section of a CHANGELOG, without its heading.
 * @param name `Unreleased`, or a version
 * @returns undefined if there is no such section
 */
export function takeSection(changelog, name) {
  const heading = new RegExp(`^## \\[?${name.replaceAll('.', '\\.')}\\]?(?: - .*)?$`, 'm');
  const found = heading.exec(changelog);
  if (found === null) return undefined;
  const rest = changelog.slice(found.index + found[0].length);
  // It ends at the next section, or at the addresses of the headings.
  const [section] = rest.split(/^(?:## |\[[^\]]+\]: )/m);
  return section.trim();
}
