/**
 * Artifacts: stored once per hash.
 */
import type { Statement } from '../sql.ts';

/** Values: hash, entry, content. */
export const storeArtifact: Statement = {
  name: 'perdure_store_artifact',
  text: `INSERT INTO perdure.artifacts (hash, entry, content) VALUES ($1, $2, $3::json) ON CONFLICT DO NOTHING`,
};

/** Values: hash. */
export const loadArtifact: Statement = {
  name: 'perdure_load_artifact',
  text: `SELECT hash, entry, content::text AS content FROM perdure.artifacts WHERE hash = $1`,
};

export const listArtifacts: Statement = {
  name: 'perdure_list_artifacts',
  text: `
    SELECT DISTINCT ON (entry) hash, entry, content::text AS content FROM perdure.artifacts
    ORDER BY entry, created_at DESC`,
};
