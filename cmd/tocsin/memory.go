package main

import (
	"log/slog"
	"math"
	"os"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// memoryRatio is how much of what the machine gives the process its heap may take: the rest is for what is not the heap, such as
// buffers of files.
const memoryRatio = 0.9

// boundMemory has garbage collected oftener before the process would be killed for the memory that it takes, where a container or a
// unit bounds that. GOMEMLIMIT in the environment is in force instead.
func boundMemory(log *slog.Logger, limit memlimit.Provider) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	bytes, err := memlimit.Set(memlimit.WithProvider(limit), memlimit.WithRatio(memoryRatio))
	switch {
	case err != nil:
		log.Debug("how much memory there is cannot be told; GOMEMLIMIT tells it", "error", err)
	case bytes < math.MaxInt64:
		log.Info("memory is bounded", "bytes", bytes)
	}
}
