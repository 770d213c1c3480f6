//go:build linux || darwin

package main

import "syscall"

// freeSpace is how much a user without privileges may still write where a folder lies, in bytes, and how much there is in all.
func freeSpace(dir string) (free, all uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), nil //nolint:gosec // a block's size
}
