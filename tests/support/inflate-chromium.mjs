// Unpacks the Chromium of the package into $TMPDIR and prints the paths of the executable and its libraries. A separate
// process, because the package reads this variable when it is loaded, and sets others in the process that loads it.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
const { default: chromium } = await import('@sparticuz/chromium');

const executable = await chromium.executablePath();
process.stdout.write(JSON.stringify({ executable, libraries: process.env.LD_LIBRARY_PATH }));
