-- When a task's owner is to be reminded of its deadline, ns; 0: not at all.
ALTER TABLE clock ADD COLUMN remind bigint NOT NULL DEFAULT 0;
