/** The command line of a command of Footfall: on a checkout in the repository, in the image in its working directory. */
export function footfall(command, ...args) {
  return ['node', `dist/src/cli/${command}.js`, ...args];
}
