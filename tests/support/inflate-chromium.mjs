// Unpacks the Chromium that the package carries into $TMPDIR and prints where it and its libraries are.
// A process of its own: the package reads this variable when it is loaded, and sets others for whoever loads it.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
const { default: chromium } = await import('@sparticuz/chromium');

const executable = await chromium.executablePath();
process.stdout.write(JSON.stringify({ executable, libraries: process.env.LD_LIBRARY_PATH }));
