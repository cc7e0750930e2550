/**
 * Artifacts: stored once per hash.
 */
import type { Statement } from '../sql.ts';

/** Values: hash, entry, content. One that is there is in use again. */
export const storeArtifact: Statement = {
  name: 'perdure_store_artifact',
  text: `
    INSERT INTO perdure.artifacts AS a (hash, entry, content) VALUES ($1, $2, $3::json)
    ON CONFLICT (hash) DO UPDATE SET used_at = now() WHERE a.used_at < now() - interval '1 hour'`,
};

/** It is about to be used. Values: hash. No row: it is gone. */
export const touchArtifact: Statement = {
  name: 'perdure_touch_artifact',
  text: `UPDATE perdure.artifacts SET used_at = now() WHERE hash = $1 RETURNING hash`,
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
