package contract

// feedMessage tells the publisher of a Companies House line what to do.
const feedMessage = "this is the UK Companies House stream's own JSON, not an event; it is for that feed's decoder " +
	"(kafka.decoders: companies_house; in files companies_house:FILE), which a later version brings"

// recogniseFeed looks whether what is refused is a registry's own format. If so that is its one fault: what else the
// contract would say of it helps nobody.
func (d *Decoder) recogniseFeed() {
	if d.broke || d.badUTF8 || d.root != "" || len(d.buf) > MaxValue {
		return
	}
	for _, attribute := range [...]string{"/specversion", "/type"} {
		if d.offsetOf(attribute) != 0 {
			return
		}
	}
	for _, member := range [...]string{"/resource_kind", "/resource_uri"} {
		if d.offsetOf(member) == 0 {
			return
		}
	}
	d.faults = append(d.faults[:0], fault{code: RawFeed, whole: true, message: feedMessage})
}
