-- Finds what followed from an event: reads that wait for a write, and operators who trace one. Events without a cause,
-- as requests record them, are not in it.
CREATE INDEX event_causation ON events.event (causation_id) WHERE causation_id IS NOT NULL;
