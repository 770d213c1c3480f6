package storetest

import "tocsin/state"

// knows commits an identifier's new content over the row as it is.
func (t *trial) knows(key state.Identifier, customers []state.CustomerID, events ...state.Event) (version int64) {
	t.Helper()
	row := state.Identity{Key: key, Version: t.identity(key).Version, Customers: customers, Events: events}
	t.commit(&state.Commit{Day: today, Identifiers: []state.Identity{row}})
	return t.identity(key).Version
}

func identifiersComeWithVersion(t *trial) {
	t.open()
	petition := registryEvent(acme, "case-1", noon)
	version := t.knows(acme, []state.CustomerID{"C-1", "客户"}, petition)
	if version <= 0 {
		t.Errorf("got version %d, want a positive one", version)
	}
	// Country belongs to the name.
	elsewhere := state.Identifier{Scheme: acme.Scheme, Value: acme.Value, Country: "IE"}
	rows, err := t.store.Identities(t.Context(), []state.Identifier{globex, acme, elsewhere})
	t.must(err)
	got(t, "rows", rows, []state.Identity{{Key: globex},
		{Key: acme, Version: version, Customers: []state.CustomerID{"C-1", "客户"}, Events: []state.Event{petition}}, {Key: elsewhere}})

	read := rows[1]
	later := t.knows(acme, []state.CustomerID{"C-1", "C-2", "客户"}, petition, registryEvent(acme, "case-2", noon+1))
	if later <= version {
		t.Errorf("got version %d after %d, want a later one", later, version)
	}
	t.refused(t.store.Commit(t.Context(), &state.Commit{Day: today, Identifiers: []state.Identity{read}}), state.ErrStale)
	got(t, "events", len(t.identity(acme).Events), 2)
}

func unchangedIdentifierKeepsVersion(t *trial) {
	t.open()
	petition := registryEvent(acme, "case-1", noon)
	version := t.knows(acme, []state.CustomerID{"C-1"}, petition)
	got(t, "version", t.knows(acme, []state.CustomerID{"C-1"}, petition), version)
}

func customerIsFoundInIdentifiers(t *trial) {
	t.open()
	petition := registryEvent(acme, "case-1", noon)
	odd := state.CustomerID(`a"C-1"<&>b`)
	version := t.knows(acme, []state.CustomerID{"C-1", "C-11"}, petition)
	oddVersion := t.knows(globex, []state.CustomerID{odd})
	for id, want := range map[state.CustomerID][]state.Identity{
		"C-1": {{Key: acme, Version: version, Customers: []state.CustomerID{"C-1", "C-11"}, Events: []state.Event{petition}}},
		odd:   {{Key: globex, Version: oddVersion, Customers: []state.CustomerID{odd}}},
		"C":   nil,
	} {
		rows, err := t.store.Identified(t.Context(), id)
		t.must(err)
		got(t, "rows of "+string(id), rows, want)
	}
}

func emptyIdentifierLeavesNoRow(t *trial) {
	t.open()
	got(t, "version of a row that stays empty", t.knows(acme, nil), 0)
	t.knows(globex, []state.CustomerID{"C-1"})
	got(t, "version of a row that was emptied", t.knows(globex, nil), 0)
}

func unmatchedEventsAreForgotten(t *trial) {
	t.open()
	before, after := registryEvent(globex, "old", noon-1), registryEvent(globex, "new", noon)
	t.knows(globex, nil, after, before)
	t.knows(acme, []state.CustomerID{"C-1"}, registryEvent(acme, "old", noon-1))
	gone := state.Identifier{Scheme: "duns", Value: "150483782"}
	t.knows(gone, nil, registryEvent(gone, "old", noon-1))

	t.must(t.store.ForgetUnmatched(t.Context(), noon))
	got(t, "events kept", t.identity(globex).Events, []state.Event{after})
	got(t, "events of a customer's party", len(t.identity(acme).Events), 1)
	got(t, "row without events", t.identity(gone), state.Identity{Key: gone})
	got(t, "customers", t.identity(acme).Customers, []state.CustomerID{"C-1"})
}

func forgottenIdentifierIsStale(t *trial) {
	t.open()
	t.knows(globex, nil, registryEvent(globex, "old", noon-2))
	read := t.identity(globex)
	t.must(t.store.ForgetUnmatched(t.Context(), noon))
	stale := &state.Commit{Day: today, Identifiers: []state.Identity{read}}
	stale.Identifiers[0].Customers = []state.CustomerID{"C-1"}
	t.refused(t.store.Commit(t.Context(), stale), state.ErrStale)

	// Not even when the row has come back meanwhile.
	t.knows(globex, nil, registryEvent(globex, "new", noon))
	t.refused(t.store.Commit(t.Context(), stale), state.ErrStale)
}
