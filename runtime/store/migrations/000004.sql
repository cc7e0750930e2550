-- When the attempt after a failed one may be made, whoever makes it.
ALTER TABLE perdure.claims ADD COLUMN retry_at timestamptz;
