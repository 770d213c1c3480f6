// Package detectors holds the signs that Tocsin looks for, each a pure function of a customer as of a day.
//
// A detector is one file: the doc comment that analysts read, the thresholds as fields declared once with bounds and
// doc, and Evaluate. It keeps no memory: what stands, since when, and what a person was told belongs to package alerts.
package detectors
