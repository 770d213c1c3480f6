-- Wishes to the system that keeps the orders: a row owes itself to the topic and goes when that has it.
ALTER TABLE publication ADD COLUMN wish BLOB;
ALTER TABLE publication ADD COLUMN customer TEXT; -- of a wish
