-- Errands that wait are granted by priority, then in the order in which they became ready: a pause is over, or they were asked for. So those
-- that pause stand behind the others, and the first of each lane and priority tells when the next pause is over.
DROP INDEX perdure.errands_waiting;
DROP INDEX perdure.errands_pausing;
CREATE INDEX errands_waiting ON perdure.errands (queue, lane, priority, ready_at, uid, request) WHERE worker IS NULL AND NOT doubt;

-- Nobody reads it.
ALTER TABLE perdure.schedules DROP COLUMN created_at;
