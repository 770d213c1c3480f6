import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes one invoice to Tocsin: Publish BROKERS [TOPIC]. With - for BROKERS it prints the event instead. */
public class Publish {

    /** The whole present state of an invoice. A correction is the whole invoice again, with the next revision. */
    record Invoice(String customer, String number, int revision, LocalDate issued, LocalDate due, BigDecimal total, String currency) {

        /**
         * The event. Its id is the same however often this revision is sent, so a repeat changes nothing. Where names may hold
         * quotes, let a JSON library write it.
         */
        String event() {
            return """
                {"specversion":"1.0","id":"%s/%d","source":"urn:acme:billing","type":"tocsin.invoice.issued.v1",\
                "subject":"%s","time":"%s","datacontenttype":"application/json",\
                "data":{"customer_id":"%s","revision":%d,"invoice_id":"%s","issue_date":"%s","due_date":"%s",\
                "total":{"amount":"%s","currency":"%s"}}}"""
                .formatted(number, revision, customer, Instant.now().truncatedTo(ChronoUnit.MILLIS), customer, revision, number,
                    issued, due, total.toPlainString(), currency);
        }
    }

    public static void main(String[] args) throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Invoice invoice = new Invoice("C-104822", "INV-" + today.format(DateTimeFormatter.BASIC_ISO_DATE) + "-3", 1,
            today, today.plusDays(30), new BigDecimal("4200.00"), "EUR");
        if (args[0].equals("-")) {
            System.out.println(invoice.event());
            return;
        }
        publish(args[0], args.length > 1 ? args[1] : "credit.invoices.v1", invoice);
    }

    /** Sends an invoice and waits until the brokers have it. The key's partition is what the client chooses by itself. */
    static void publish(String brokers, String topic, Invoice invoice) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", brokers);
        settings.put("enable.idempotence", "true");
        settings.put("delivery.timeout.ms", "30000");
        settings.put("request.timeout.ms", "10000");
        var record = new ProducerRecord<>(topic, invoice.customer(), invoice.event());
        record.headers().add("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(record).get(60, TimeUnit.SECONDS);
        }
    }
}
