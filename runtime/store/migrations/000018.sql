-- Whether a worker that is gone was buried by others: it did not end in order.
ALTER TABLE perdure.former_workers ADD COLUMN buried boolean NOT NULL DEFAULT false;
