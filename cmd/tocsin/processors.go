package main

import (
	"os"
	"runtime"
	"sync"
)

// processors is how many processors there are for steps. Go is given one more, so that one of its threads always waits for the network:
// where steps take all, nobody looks there for up to 10 ms at a time, and a commit, which is sent in dozens of pieces, takes two or three
// times as long while the operating system would have let both go on. GOMAXPROCS in the environment is in force instead.
var processors = sync.OnceValue(func() int {
	n := runtime.GOMAXPROCS(0)
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(n + 1)
	}
	return n
})
