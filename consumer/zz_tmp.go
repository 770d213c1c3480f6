package consumer

import "tocsin/state"

func decodeSnapshot([]byte) (*state.Record, error)      { panic("tmp") }
func appendSnapshot([]byte, *state.Record) []byte       { panic("tmp") }
func decodeApplied([]byte) (state.Applied, error)       { panic("tmp") }
func appendApplied([]byte, *state.Applied) []byte       { panic("tmp") }
