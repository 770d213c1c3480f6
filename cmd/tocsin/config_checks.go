package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/state"
)

var (
	topicForm    = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,249}$`)
	contractForm = regexp.MustCompile(`^tocsin\.[a-z]+\.[a-z_]+\.v1$`)
)

var weekdays = map[string]time.Weekday{
	"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday,
}

var weekdayNames = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

func errTwice(s string) error { return fmt.Errorf("%q stands twice", clip(s)) }

// checkZone takes names of the time zone database. "Local" is refused: what a day is must not depend on the machine.
func checkZone(s string) error {
	if s == "" || s == "Local" {
		return fmt.Errorf("%q is no time zone such as UTC or Asia/Shanghai", s)
	}
	if _, err := time.LoadLocation(s); err != nil {
		return fmt.Errorf("%q is no time zone such as UTC or Asia/Shanghai", clip(s))
	}
	return nil
}

func checkWeekday(s string) error {
	if _, ok := weekdays[s]; !ok {
		return notOneOf(s, weekdayNames)
	}
	return nil
}

func checkDate(s string) error {
	if _, ok := state.ParseDate(s); !ok {
		return fmt.Errorf("%q is not a date between 1970-01-01 and 2199-12-31", clip(s))
	}
	return nil
}

func checkCurrency(s string) error {
	if _, ok := state.ParseCurrency(s); !ok {
		return fmt.Errorf("%q is no currency of ISO 4217", clip(s))
	}
	return nil
}

func checkCurrencyOrNone(s string) error {
	if s == "" {
		return nil
	}
	return checkCurrency(s)
}

func checkAddress(s string) error {
	host, port, err := net.SplitHostPort(s)
	if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 || strings.ContainsAny(host, " /") {
		return fmt.Errorf("%q is not host:port", clip(s))
	}
	return nil
}

func checkAddressOrNone(s string) error {
	if s == "" {
		return nil
	}
	return checkAddress(s)
}

func checkGroup(s string) error {
	if s == "" {
		return errEmpty
	}
	if utf8.RuneCountInString(s) > 249 {
		return errors.New("has more than 249 characters")
	}
	return nil
}

func checkTopic(s string) error {
	if !topicForm.MatchString(s) || s == "." || s == ".." {
		return fmt.Errorf("%q is no topic name: 1 to 249 letters, digits, dots, underscores and hyphens", clip(s))
	}
	return nil
}

func checkAPIURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || !strings.HasSuffix(u.Path, "/") {
		return fmt.Errorf("%q is not an http or https URL that ends in /", clip(s))
	}
	return nil
}

func checkChannel(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > 80 {
		return errors.New("is not 1 to 80 characters long")
	}
	return nil
}

func checkTypeName(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > 256 {
		return errors.New("a type's name is 1 to 256 characters long")
	}
	return nil
}

func checkSource(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > 512 {
		return errors.New("a source is 1 to 512 characters long")
	}
	return nil
}

var sourceNameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

func checkSourceName(s string) error {
	if !sourceNameForm.MatchString(s) || s == "other" {
		return fmt.Errorf("%q is no name of a source such as erp-emea", clip(s))
	}
	return nil
}

func checkSourceOrAll(s string) error {
	if s == "*" || s == "other" {
		return nil
	}
	return checkSourceName(s)
}

func checkContractType(s string) error {
	if !contractForm.MatchString(s) {
		return fmt.Errorf("%q is no type of the contract such as tocsin.invoice.issued.v1", clip(s))
	}
	return nil
}
