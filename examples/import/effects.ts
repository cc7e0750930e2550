/**
 * The effects of the import: pages of a file, and batches written to a folder.
 */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Implementations } from 'perdure/engine';
import type * as imports from './import.wf.ts';

const PAGE_BYTES = 16 * 1024;

export const effectsFor = (folder: string): Implementations<typeof imports> => ({
  readPage: { run: readPage, idempotent: true },
  storeBatch: {
    idempotent: true, // writes the same file again
    async run(number, sales) {
      await mkdir(folder, { recursive: true });
      const text = sales.map((sale) => JSON.stringify(sale)).join('\n');
      await writeFile(join(folder, `batch-${String(number).padStart(4, '0')}.jsonl`), `${text}\n`);
      return sales.length;
    },
  },
});

/** Up to a page's bytes from an offset, cut after the last line's end. */
async function readPage(file: string, offset: number): Promise<imports.Page> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(PAGE_BYTES), 0, PAGE_BYTES, offset);
    const isLast = bytesRead < PAGE_BYTES;
    const end = isLast ? bytesRead : buffer.lastIndexOf('\n', bytesRead - 1) + 1;
    if (end === 0 && !isLast) throw new Error(`${file} has a line of more than ${PAGE_BYTES} bytes at ${offset}`);
    return { text: buffer.toString('utf8', 0, end), next: isLast ? null : offset + end };
  } finally {
    await handle.close();
  }
}
