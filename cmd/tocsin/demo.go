package main

// demoCommand shows a small portfolio deteriorate, with a broker of its own.
type demoCommand struct {
	configFlag
	Dir       string `default:".demo" help:"Where the demo keeps its broker and store; a second start goes on from there." placeholder:"DIR"`
	Fast      bool   `help:"Play a year at once and end with a summary."`
	Months    int    `default:"6" help:"How much past is played before it goes on live."`
	Customers int    `default:"40" help:"Customers at the start."`
	Seed      uint64 `default:"1" help:"Another seed is another portfolio."`
}
