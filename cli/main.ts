#!/usr/bin/env node
/**
 * The `perdure` command. What was asked for goes to stdout, errors go to stderr; with `--json` both are JSON.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PerdureError } from '../runtime/errors.ts';
import type { Argument, Command } from './command.ts';
import { CliError, exitCodeOf } from './exit-code.ts';
import { bold, dim, plain, print, printTable, redError } from './terminal.ts';

/** Loaded when it is asked for: what compiles needs no store, what looks at runs no compiler. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  build: async () => (await import('./commands/build.ts')).build,
  check: async () => (await import('./commands/check.ts')).check,
  explain: async () => (await import('./commands/explain.ts')).explain,
  start: async () => (await import('./commands/start.ts')).start,
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  logs: async () => (await import('./commands/logs.ts')).logs,
  send: async () => (await import('./commands/send.ts')).send,
  ask: async () => (await import('./commands/ask.ts')).ask,
  query: async () => (await import('./commands/query.ts')).query,
  cancel: async () => (await import('./commands/cancel.ts')).cancel,
  terminate: async () => (await import('./commands/terminate.ts')).terminate,
  schedules: async () => (await import('./commands/schedules.ts')).schedules,
  resolve: async () => (await import('./commands/resolve.ts')).resolve,
  complete: async () => (await import('./commands/complete.ts')).complete,
  resume: async () => (await import('./commands/resume.ts')).resume,
  prune: async () => (await import('./commands/prune.ts')).prune,
  retry: async () => (await import('./commands/retry.ts')).retry,
};

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    if (rest[0] === undefined) await printOverview();
    else printHelp(await commandOf(rest[0]));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    print(version());
    return 0;
  }
  const command = await commandOf(name);
  const given = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (given.includes('--help') || given.includes('-h')) {
    printHelp(command);
    return 0;
  }
  const { values, positionals } = parse(command, rest);
  checkArguments(command, positionals);
  return command.run(values, positionals);
}

async function commandOf(name: string): Promise<Command> {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name]!();
  throw new CliError(`There is no command '${name}'.${nearest(name, Object.keys(COMMANDS))} \`perdure help\` lists them.`);
}

function parse(command: Command, args: string[]) {
  try {
    return parseArgs({ args, options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    const { message } = error as Error;
    const unknown = /Unknown option '(-+([\w-]+))/.exec(message);
    const names = Object.keys(command.options);
    if (unknown) throw new CliError(`\`perdure ${command.name}\` has no option ${unknown[1]}.${nearest(unknown[2]!, names, '--')}`);
    const option = names.find((n) => message.includes(`--${n}`));
    const help = option === undefined ? undefined : command.help[option];
    if (option === undefined) throw new CliError(message.split('\n', 1)[0]!);
    throw new CliError(Array.isArray(help) ? `--${option} takes a value: --${option}=${help[0]}.` : `--${option} takes no value.`);
  }
}

function checkArguments(command: Command, given: string[]): void {
  const { args, name } = command;
  const missing = args.filter((a) => !a.optional)[given.length];
  if (missing) throw new CliError(`\`perdure ${name}\` needs ${missing.name}: ${missing.help}.\nUsage: ${usage(command)}`);
  if (given.length > args.length && !args.at(-1)?.many) {
    throw new CliError(`'${given[args.length]}' is one argument too many.\nUsage: ${usage(command)}`);
  }
}

/** ` Did you mean 'show'?`, if something is close. */
function nearest(name: string, known: string[], prefix = ''): string {
  const scored = known.map((k) => ({ k, distance: editDistance(name, k) })).sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best && best.distance <= Math.max(1, Math.floor(best.k.length / 3)) ? ` Did you mean '${prefix}${best.k}'?` : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

const argumentText = ({ name, optional, many }: Argument): string => {
  const text = many ? `${name}…` : name;
  return optional ? `[${text}]` : text;
};

const usage = ({ name, args }: Command): string => ['perdure', name, ...args.map(argumentText), '[OPTIONS]'].join(' ');

async function printOverview(): Promise<void> {
  const commands = await Promise.all(Object.keys(COMMANDS).map(commandOf));
  print(`${bold('perdure')} ${version()}  durable workflows for Node, resumed, not replayed\n`);
  print('Usage: perdure COMMAND …\n');
  printTable(commands.map((c) => [bold(c.name), c.summary]), '  ');
  print('\n`perdure help COMMAND` tells more.');
}

function printHelp(command: Command): void {
  print(`${command.summary}\n\nUsage: ${usage(command)}\n`);
  const options = Object.entries(command.options).map(([name, { short }]) => {
    const help = command.help[name]!;
    const [value, text] = Array.isArray(help) ? [` ${help[0]}`, help[1]] : ['', help];
    return [`${short ? `-${short}, ` : '    '}--${name}${value}`, dim(text)];
  });
  printTable([...command.args.map((a) => [a.name, dim(a.help)]), ...options, ['-h, --help', dim('Show this')]], '  ');
  print(`\nFor example:\n\n${command.examples.map((example) => `  perdure ${example}`).join('\n')}`);
}

function version(): string {
  // The same two levels up from the source and from dist/cli.
  for (const up of ['../package.json', '../../package.json']) {
    try {
      const { name, version: v } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { name: string; version: string };
      if (name === 'perdure') return v;
    } catch {
      // Look further up.
    }
  }
  return '';
}

function printError(error: unknown, exitCode: number, json: boolean): void {
  const bug = exitCode === 70;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof PerdureError ? error.code : bug ? 'internal_error' : null;
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: { code, exitCode, message } })}\n`);
    return;
  }
  const text = bug ? ((error as Error | null)?.stack ?? message) : message;
  process.stderr.write(`${redError(`error${code === null ? '' : `[${code}]`}`)}: ${plain(text)}\n`);
}

// Who reads our output may have enough of it: `perdure logs … | head`.
process.stdout.on('error', (error: { code?: string }) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const argv = process.argv.slice(2);
main(argv).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = exitCodeOf(error);
    printError(error, process.exitCode, argv.includes('--json'));
  },
);
