import { load, loadPackage } from './load-product.mjs';

/** Describes every setting: its unit, its default and the words that it takes. */
export function describeSettings() {
  const { settingGroups, secretSettings } = load('config/setting-definitions');
  const settings = Object.values(settingGroups).flatMap((group) => Object.entries(group));
  return Object.fromEntries(
    settings.map(([name, schema]) => {
      const { defaultValue, innerType } = schema.def;
      const { options } = innerType ?? schema;
      return [
        name,
        {
          default: defaultValue ?? null,
          unit: findUnit(name, schema.description ?? ''),
          ...(options ? { choices: toKeys(options) } : {}),
          ...(secretSettings.includes(name) ? { file: `${name}_FILE` } : {}),
        },
      ];
    }),
  );
}

function findUnit(name, text) {
  if (name.endsWith('_MS')) return 'milliseconds';
  if (name.endsWith('_BYTES')) return 'bytes';
  return /\bin (seconds|minutes|hours|days|months)\b/.exec(text)?.[1] ?? null;
}

/** Describes every command of the program by its words: `{ "footfall visits export": … }`. */
export function describeCommands() {
  return Object.fromEntries(listCommands(load('cli/create-program').createProgram()));
}

function listCommands(command, parents = []) {
  const words = [...parents, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((child) => listCommands(child, words));
  const options = command.options.filter(({ hidden }) => !hidden);
  const described = {
    arguments: Object.fromEntries(
      command.registeredArguments.map((argument, place) => [place + 1, describeArgument(argument)]),
    ),
    options: Object.fromEntries(options.map((option) => [option.long, describeOption(option)])),
  };
  return [[words.join(' '), described]];
}

function describeArgument({ required, variadic, argChoices }) {
  return {
    values: variadic ? 'several' : 'one',
    ...(required ? { required } : {}),
    ...(argChoices ? { choices: toKeys(argChoices) } : {}),
  };
}

function describeOption(option) {
  const { required, optional, variadic, mandatory, argChoices } = option;
  const takesValue = required || optional;
  // A description replaces a default that depends on the machine.
  const value = option.defaultValueDescription ?? option.defaultValue ?? null;
  return {
    values: variadic ? 'several' : takesValue ? 'one' : 'none',
    ...(mandatory ? { required: true } : {}),
    ...(takesValue ? { default: value } : {}),
    ...(argChoices ? { choices: toKeys(argChoices) } : {}),
  };
}

/** Describes the metrics of the service with their type and labels. Those of Node.js and the process are not ours. */
export function describeMetrics() {
  const { Registry } = loadPackage('prom-client');
  const metrics = [];
  // prom-client tells a registry of every metric that is created, and lists their labels nowhere else.
  Registry.prototype.registerMetric = (metric) => metrics.push(metric);
  load('metrics/create-metrics')
    .createMetrics('')
    .watch(() => Promise.resolve({}));
  return Object.fromEntries(
    metrics
      .filter(({ name }) => name.startsWith('footfall_'))
      .map(({ name, labelNames, constructor }) => [
        name,
        { type: constructor.name.toLowerCase(), labels: toKeys(labelNames) },
      ]),
  );
}

function toKeys(words) {
  return Object.fromEntries(words.map((word) => [word, {}]));
}
