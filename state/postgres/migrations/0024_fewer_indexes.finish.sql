-- What is found by them is found by alert_changes and message_case, which begin with the customer, too.
DROP INDEX alert_customer;
DROP INDEX message_customer;
