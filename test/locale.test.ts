/**
 * What a workflow shows does not depend on the locale and the time zone of the worker that computes it.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('./support/locale-child.ts', import.meta.url));

test.each(['en_US', 'de_DE', 'sv_SE'])('in %s, in Tokyo', { timeout: 60_000 }, (locale) => {
  const env = { ...process.env, LC_ALL: `${locale}.UTF-8`, LANG: `${locale}.UTF-8`, TZ: 'Asia/Tokyo' };
  const output = execFileSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8', env });
  expect(output.replaceAll('\u202f', ' ')).toBe(
    'returned ["1,234.5","1/1/70, 12:00:00 AM UTC","0.5","1/1/1970, 12:00:00 AM","0.5",["ä","z"],"1/1/1970","1/1/1970","1/1/1970","1/1/1970"]',
  );
});
