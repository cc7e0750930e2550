#!/usr/bin/env node
/**
 * The `perdure` command.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PerdureError } from '../runtime/errors.ts';
import { StoreError } from '../runtime/store/errors.ts';
import { build } from './commands/build.ts';
import { check } from './commands/check.ts';
import { explain } from './commands/explain.ts';
import { list } from './commands/list.ts';
import { logs } from './commands/logs.ts';
import { resolve } from './commands/resolve.ts';
import { send } from './commands/send.ts';
import { show } from './commands/show.ts';
import { start } from './commands/start.ts';
import { CliError, type Command } from './command.ts';
import { bold, dim, print, printTable, red } from './terminal.ts';

const COMMANDS: Command[] = [build, check, explain, start, list, show, logs, send, resolve];

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const topic = COMMANDS.find((c) => c.name === rest[0]);
    if (topic) printHelp(topic);
    else printOverview();
    return 0;
  }
  if (name === '--version' || name === '-v') {
    print(version());
    return 0;
  }
  const command = COMMANDS.find((c) => c.name === name);
  if (!command) throw new CliError(`There is no command '${name}'.${nearest(name, COMMANDS.map((c) => c.name))} \`perdure help\` lists them.`);
  if (rest.includes('--help') || rest.includes('-h')) {
    printHelp(command);
    return 0;
  }
  const { values, positionals } = parse(command, rest);
  return command.run(values, positionals);
}

function parse(command: Command, args: string[]) {
  try {
    return parseArgs({ args, options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    const unknown = /Unknown option '(-+([\w-]+))/.exec((error as Error).message);
    if (!unknown) throw new CliError((error as Error).message);
    throw new CliError(`\`perdure ${command.name}\` has no option ${unknown[1]}.${nearest(unknown[2]!, Object.keys(command.options), '--')}`);
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

function printOverview(): void {
  print(`${bold('perdure')} ${version()}  durable workflows for Node, resumed, not replayed\n`);
  print('Usage: perdure COMMAND …\n');
  printTable(COMMANDS.map((c) => [bold(c.name), c.summary]), '  ');
  print('\n`perdure help COMMAND` tells more.');
}

function printHelp(command: Command): void {
  print(`${command.summary}\n\nUsage: perdure ${command.name} ${command.usage}\n`);
  const rows = Object.entries(command.options).map(([name, option]) => [
    `${option.short ? `-${option.short}, ` : '    '}--${name}${option.type === 'string' ? ` ${name.toUpperCase()}` : ''}`,
    dim(command.help[name] ?? ''),
  ]);
  printTable(rows, '  ');
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

function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof StoreError) return 2;
  if (error instanceof PerdureError) {
    if (error.code === 'store_in_use') return 2;
    if (error.code === 'run_missing' || error.code === 'no_such_cycle') return 3;
    return error.code === 'run_exists' || error.code === 'run_ended' ? 4 : 1;
  }
  return 70;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const code = exitCodeOf(error);
    const message = code === 70 ? ((error as Error)?.stack ?? String(error)) : (error as Error).message;
    const id = error instanceof PerdureError ? `[${error.code}]` : '';
    process.stderr.write(`${red(`error${id}`)}: ${message}\n`);
    process.exitCode = code;
  },
);
