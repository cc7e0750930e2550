/**
 * Artifacts: stored once per hash.
 */
import type { Statement } from '../sql.ts';

/** Values: hash, entry, content. One that is there is in use again. */
export const storeArtifact: Statement = {
  name: 'perdure_store_artifact',
  text: `
    INSERT INTO perdure.artifacts AS a (hash, entry, content) VALUES (decode($1, 'hex'), $2, $3::json)
    ON CONFLICT (hash) DO UPDATE SET used_at = now() WHERE a.used_at < now() - interval '1 hour'`,
};

/** It is about to be used. Values: hash. No row: it is gone. */
export const touchArtifact: Statement = {
  name: 'perdure_touch_artifact',
  text: `UPDATE perdure.artifacts SET used_at = now() WHERE hash = decode($1, 'hex') RETURNING encode(hash, 'hex') AS hash`,
};

/** Values: hash. */
export const loadArtifact: Statement = {
  name: 'perdure_load_artifact',
  text: `SELECT encode(hash, 'hex') AS hash, entry, content::text AS content FROM perdure.artifacts WHERE hash = decode($1, 'hex')`,
};

export const listArtifacts: Statement = {
  name: 'perdure_list_artifacts',
  text: `
    SELECT DISTINCT ON (entry) encode(hash, 'hex') AS hash, entry, content::text AS content FROM perdure.artifacts
    ORDER BY entry, created_at DESC`,
};
