-- Wishes to the system that keeps the orders: a row owes itself to the topic and goes when that has it.
ALTER TABLE publication ADD COLUMN wish bytea;
ALTER TABLE publication ADD COLUMN customer text COLLATE "C"; -- of a wish
