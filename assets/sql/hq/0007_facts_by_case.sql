-- Seventh schema: a fact of a case is found among those of its case.

-- Each fact put its id, which is as good as random, into an index of its own: two of five
-- pages that a group of facts made dirty were of that index. What has no case (a day's facts,
-- copies, facts that this build does not understand) is found by its id as before.
DROP INDEX event_by_id;
CREATE UNIQUE INDEX event_apart_by_id ON event (branch_no, id, device_no, strand)
WHERE case_no = 0;
DELETE FROM sqlite_stat1 WHERE tbl = 'event' AND idx = 'event_by_id';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('event', 'event_apart_by_id', '500000 500000 1 1 1');
