package alerts

import (
	"strings"

	"tocsin/detectors"
)

// unit is how a fact's value is written.
type unit uint8

const (
	asNumber unit = iota
	asMoney
	asPercent
	asDate
	asCode // one of a closed list, which each language may have words for
	asWord // a publisher's, in small letters
	asText // a publisher's, as it came
)

// bound is how a fact's threshold is held against its value.
type bound uint8

const (
	noBound bound = iota // the threshold is not told
	boundThreshold
	boundLimit
	boundMoreThan
	boundAtMost
	boundFrom
	boundCountsFrom
	boundAtLeast
	boundUpTo
	boundCriticalFrom
	boundWarningFrom
	boundKeptFrom
	boundJudgedFrom
	boundNormNeeds
	boundAgainst // of custom signs: it may be a bound of either side
	boundCount
)

// relations are what those bounds need of a value that tell what a level needs. Others tell something else.
var relations = map[bound]detectors.Relation{
	boundMoreThan: detectors.MoreThan, boundLimit: detectors.MoreThan,
	boundFrom: detectors.AtLeast, boundCountsFrom: detectors.AtLeast, boundAtLeast: detectors.AtLeast, boundThreshold: detectors.AtLeast,
	boundNormNeeds: detectors.AtLeast,
	boundAtMost:    detectors.AtMost,
}

// measure is how a fact is told, in whatever language.
type measure struct {
	unit  unit
	bound bound
}

// measureOf is how the fact of a name is told. One that is not known comes from a newer version.
func measureOf(name string) measure {
	if m, ok := factMeasures[name]; ok {
		return m
	}
	if strings.HasPrefix(name, detectors.PointsOf) {
		return measure{}
	}
	return measure{bound: boundThreshold}
}
