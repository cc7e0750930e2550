/**
 * Writes the generated pages of the documentation: `npm run docs`.
 */
import { writeFileSync } from 'node:fs';
import { abiPage } from './docs/abi-page.ts';
import { errorsPage } from './docs/errors-page.ts';

const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('errors.md', docs), errorsPage());
writeFileSync(new URL('abi.md', docs), abiPage());
