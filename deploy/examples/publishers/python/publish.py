"""Publishes one invoice to Tocsin: publish.py BROKERS [TOPIC]. With - for BROKERS it prints the event instead."""

import json
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal


def invoice_issued(customer, number, revision, issued, due, total, currency):
    """The event that tells the whole present state of an invoice.

    Its id is the same however often this revision is sent, so a repeat changes nothing. A correction is the whole invoice
    again, with the next revision.
    """
    return {
        "specversion": "1.0",
        "id": f"{number}/{revision}",
        "source": "urn:acme:billing",
        "type": "tocsin.invoice.issued.v1",
        "subject": customer,
        "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
        "data": {
            "customer_id": customer,
            "revision": revision,
            "invoice_id": number,
            "issue_date": issued.isoformat(),
            "due_date": due.isoformat(),
            "total": {"amount": str(total), "currency": currency},  # a decimal string, never a float
        },
    }


def publish(brokers, topic, event):
    """Sends an event and waits until the brokers have it."""
    from confluent_kafka import Producer  # here, so that an event can be printed without it

    producer = Producer(
        {
            "bootstrap.servers": brokers,
            "partitioner": "murmur2_random",  # that of Java's clients; left to itself librdkafka spreads keys in another way
            "enable.idempotence": True,
            "message.timeout.ms": 30_000,
        }
    )
    failures = []
    producer.produce(
        topic,
        key=event["subject"],
        value=json.dumps(event, ensure_ascii=False).encode(),
        headers={"content-type": "application/cloudevents+json"},
        on_delivery=lambda error, message: failures.append(error) if error else None,
    )
    if producer.flush(60) or failures:
        sys.exit(f"not delivered: {failures or 'no answer'}")


def main():
    brokers, topic = sys.argv[1], (sys.argv[2:] or ["credit.invoices.v1"])[0]
    today = datetime.now(timezone.utc).date()
    event = invoice_issued(
        "C-104822", f"INV-{today:%Y%m%d}-2", 1, today, today + timedelta(days=30), Decimal("9310.00"), "EUR"
    )
    if brokers == "-":
        print(json.dumps(event, ensure_ascii=False))
    else:
        publish(brokers, topic, event)


if __name__ == "__main__":
    main()
