package alerts

import "tocsin/state"

// Erased is what stands for a person who acted, once the customer is erased.
const Erased = "erased"

// RenameDecision is a decision about a customer as it is kept under the customer's pseudonym: about the task that the customer
// has there, by nobody in particular and to nobody in particular. Was and is are the customer's record before the decision, under the one name and under
// the other.
func RenameDecision(encoded []byte, was, is *state.Record) []byte {
	d, err := DecodeDecision(encoded)
	if err != nil {
		return encoded // it changed nothing and tells nothing
	}
	var before, after memory
	before.mustDecode(was.Episodes)
	after.mustDecode(is.Episodes)
	if d.TaskID == taskID(was.Customer.ID, before.file.opened) {
		d.TaskID = taskID(is.Customer.ID, after.file.opened)
	}
	if d.Alert != "" {
		d.Alert = renameAlert(d.Alert, was.Customer.ID, is.Customer.ID, &before)
	}
	if d.By = Erased; d.To != "" {
		d.To = Erased
	}
	return EncodeDecision(d)
}

// renameAlert is the id that a live alert of one customer has under the customer's other name.
func renameAlert(id string, was, is state.CustomerID, m *memory) string {
	for i := range m.entries {
		if e := &m.entries[i]; e.set == Live && e.now.stands() && alertID(Live, was, e.signal, e.now.raised) == id {
			return alertID(Live, is, e.signal, e.now.raised)
		}
	}
	return ""
}

// Nameless is a case of which nothing is left to tell, for whoever has seen a message about it: closed, about a customer who has
// no name any more.
func (m *CaseMessage) Nameless(id string, customer state.CustomerID) *CaseMessage {
	return &CaseMessage{
		CaseID: id, Seq: m.Seq, Customer: customer, State: CaseClosed, Opened: m.Opened, At: m.At, KnownAt: m.KnownAt,
		Task: CaseTask{TaskID: id, State: TaskClosed, ReasonCode: GoneErased},
	}
}
