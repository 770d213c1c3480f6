-- The clocks whose time runs from before people were told of what made it run.
CREATE INDEX clock_told ON clock (customer) WHERE told > since;
