//go:build !linux

package main

// largePages is for systems on which a program can ask for them.
func largePages() {}
