package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"tocsin/alerts"
	"tocsin/alerts/desk"
	"tocsin/consumer"
	"tocsin/state"
)

// lookout tells the review desk's API of customers, as the store has them.
type lookout struct {
	store   state.Store
	engines func(context.Context, string) (*consumer.Engine, error)
}

// api is the review desk's API on a listener.
func (s *service) api(listener net.Listener) (*desk.API, error) {
	engine, err := s.config.engine()
	if err != nil {
		return nil, err
	}
	c := desk.Config{Customers: &lookout{s.store, withOwn(engine, earlierEngines(s.store))}, Rows: s.store, Clerk: s.clerk(), Sources: s.config.Sources, Now: s.now, Log: s.log}
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		c.Loopback = address.IP.IsLoopback()
	}
	if s.config.HTTPTokens != "" {
		tokens, err := desk.OpenTokens(s.config.HTTPTokens)
		if err != nil {
			return nil, fmt.Errorf("http.tokens_file: %w", err)
		}
		c.Tokens = tokens
	}
	return desk.New(c), nil
}

// clerk takes acts of the API to the desk.
type clerk struct{ *consumer.Desk }

func (s *service) clerk() clerk { return clerk{s.peoplesDesk(state.ViaAPI)} }

// Decide has what the desk says in the API's words.
func (c clerk) Decide(ctx context.Context, customer state.CustomerID, d alerts.Decision, request string) error {
	return inWords(c.Desk.Decide(ctx, customer, d, request))
}

// Ground has what the desk says in the API's words.
func (c clerk) Ground(ctx context.Context, customer state.CustomerID) (state.Date, state.Currency, error) {
	today, currency, err := c.Desk.Ground(ctx, customer)
	return today, currency, inWords(err)
}

// Enter has what the desk says in the API's words.
func (c clerk) Enter(ctx context.Context, customer state.CustomerID, e alerts.Entry, request string) (bool, error) {
	taken, err := c.Desk.Enter(ctx, customer, e, request)
	return taken, inWords(err)
}

// ReleaseSystemic has what the desk says in the API's words.
func (c clerk) ReleaseSystemic(ctx context.Context, on state.Date, signal, by, why, request string) error {
	return inWords(c.Desk.ReleaseSystemic(ctx, on, signal, by, why, request))
}

func inWords(err error) error {
	switch {
	case errors.Is(err, consumer.ErrQuarantined):
		return desk.NewProblem(desk.Conflict, "the customer is quarantined: tocsin quarantine ls tells of it")
	case errors.Is(err, consumer.ErrNoDay):
		return desk.NewProblem(desk.NotReady, err.Error())
	case errors.Is(err, state.ErrConflict):
		return desk.NewProblem(desk.Unavailable, "others act on this customer all the time: ask again")
	}
	return err
}

// Task is the newest row of a task.
func (c clerk) Task(ctx context.Context, id string) (state.TaskRow, error) {
	row, found, err := c.Store.Task(ctx, id)
	if err == nil && !found {
		err = desk.NewProblem(desk.NotFound, "no task has this id")
	}
	return row, err
}

// withOwn prefers the engine of our own configuration to that of the text which the store keeps of it: that one has every key, so it
// cannot tell what was configured from what is a default.
func withOwn(own *consumer.Engine, others func(context.Context, string) (*consumer.Engine, error)) func(context.Context, string) (*consumer.Engine, error) {
	return func(ctx context.Context, version string) (*consumer.Engine, error) {
		if version == own.Config {
			return own, nil
		}
		return others(ctx, version)
	}
}

// standing are customers as they stand.
func (l *lookout) standing(ctx context.Context, ids ...state.CustomerID) (*consumer.Standing, error) {
	s, err := consumer.StandingOf(ctx, l.store, l.engines, ids...)
	switch {
	case errors.Is(err, consumer.ErrNoDay):
		return nil, desk.NewProblem(desk.NotReady, err.Error())
	case errors.Is(err, consumer.ErrMoving):
		return nil, desk.NewProblem(desk.Unavailable, err.Error())
	}
	return s, err
}

// Customers are the records of those whose ids come after one.
func (l *lookout) Customers(ctx context.Context, after state.CustomerID, limit int) (page desk.CustomerPage, err error) {
	ids, err := l.store.CustomersAfter(ctx, after, limit+1)
	if err != nil {
		return page, err
	}
	page.More = len(ids) > limit
	ids = ids[:min(limit, len(ids))]
	s, err := l.standing(ctx, ids...)
	if err != nil {
		return page, err
	}
	for _, id := range ids {
		page.Last = id
		if s.Broken[id] != nil {
			page.Unreadable = append(page.Unreadable, id)
			continue
		}
		record, listed := s.CustomerRecord(id)
		if !listed {
			continue
		}
		body, err := record.AppendJSON(nil)
		if err != nil {
			return page, fmt.Errorf("customer %s: %w", id, err)
		}
		page.Records = append(page.Records, json.RawMessage(body))
	}
	return page, nil
}

// Agenda are the steps to take with the invoices of those whose ids come after one.
func (l *lookout) Agenda(ctx context.Context, after state.CustomerID, limit int) (page desk.AgendaPage, err error) {
	ids, err := l.store.CustomersAfter(ctx, after, limit+1)
	if err != nil {
		return page, err
	}
	page.More = len(ids) > limit
	ids = ids[:min(limit, len(ids))]
	if len(ids) > 0 {
		page.Last = ids[len(ids)-1]
	}
	return l.agendaOf(ctx, page, ids)
}

// AgendaOf are the steps to take with a customer's invoices.
func (l *lookout) AgendaOf(ctx context.Context, id state.CustomerID) (page desk.AgendaPage, err error) {
	return l.agendaOf(ctx, desk.AgendaPage{Last: id}, []state.CustomerID{id})
}

func (l *lookout) agendaOf(ctx context.Context, page desk.AgendaPage, ids []state.CustomerID) (desk.AgendaPage, error) {
	s, err := l.standing(ctx, ids...)
	if err != nil {
		return page, err
	}
	for _, id := range ids {
		if s.Broken[id] != nil {
			page.Unreadable = append(page.Unreadable, id)
		}
		page.Items = append(page.Items, s.Agenda(id)...)
	}
	return page, nil
}

// Groups are the corporate groups of which several tasks wait for a person.
func (l *lookout) Groups(ctx context.Context) ([]alerts.GroupTask, error) {
	all, err := (&consumer.Desk{Store: l.store, Engines: l.engines}).Groups(ctx)
	return all, inWords(err)
}

// Customer is a customer's record.
func (l *lookout) Customer(ctx context.Context, id state.CustomerID) ([]byte, error) {
	s, err := l.one(ctx, id)
	if err != nil {
		return nil, err
	}
	record, _ := s.CustomerRecord(id)
	return record.AppendJSON(nil)
}

// one is the standing of a customer of whom there is a record.
func (l *lookout) one(ctx context.Context, id state.CustomerID) (*consumer.Standing, error) {
	s, err := l.standing(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.Broken[id] != nil {
		return nil, desk.NewProblem(desk.Unreadable, "tocsin quarantine ls tells of it")
	}
	rec := s.Records[id]
	if !rec.Customer.Known() {
		return nil, desk.NewProblem(desk.NotFound, "no customer has this id")
	}
	switch fate := rec.Customer.Fate(s.Day.Date); {
	case fate.Erased:
		return nil, desk.NewProblem(desk.Gone, "the customer was erased")
	case fate.Ended:
		p := desk.NewProblem(desk.Gone, "the customer was merged into another: ask for that one")
		p.CustomerID = fate.Heir
		return nil, p
	}
	return s, nil
}

// ExplainFigure takes a figure of a customer apart.
func (l *lookout) ExplainFigure(ctx context.Context, id state.CustomerID, figure string) ([]byte, error) {
	if known := consumer.Figures(); !slices.Contains(known, figure) {
		return nil, desk.Refused("figure", "no figure is called so; there are: "+strings.Join(known, ", "))
	}
	s, err := l.one(ctx, id)
	if err != nil {
		return nil, err
	}
	explained, err := s.Engine.Explain(s.Records[id], s.Day, figure)
	if err != nil {
		return nil, err
	}
	return json.Marshal(explained)
}

// ExplainSignals tells of the signals of a customer.
func (l *lookout) ExplainSignals(ctx context.Context, id state.CustomerID, signal string, language *alerts.Language) ([]byte, error) {
	s, err := l.one(ctx, id)
	if err != nil {
		return nil, err
	}
	explained := s.Engine.ExplainSignals(s.Records[id], s.Day, signal, language)
	if signal != "" && len(explained.Signals) == 0 {
		return nil, desk.Refused("signal", "no signal is called so; explain without it lists all")
	}
	return json.Marshal(explained)
}
