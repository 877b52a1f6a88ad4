// CommonJS, because both Jest and the ES modules of the system tests load it. wait-until.d.cts documents it.
const { setTimeout: wait } = require('node:timers/promises');

exports.waitUntil = async function waitUntil(what, seconds, ask) {
  const deadline = performance.now() + seconds * 1000;
  for (let pause = 20; ; pause = Math.min(2 * pause, 200)) {
    let cause;
    try {
      const result = await ask();
      if (result) return result;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`gave up after ${seconds} s waiting for ${what}`, { cause });
    }
    await wait(pause);
  }
};
