//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package embedded

import "os"

// lock does nothing where there is no flock: there only the port keeps a second broker away.
func lock(*os.File) error { return nil }
