// Command poslog reads POS logs and settlement files and says what failed, why,
// and whether the money arrived. See the README for its use.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/poslog/poslog/internal/room"
)

func main() {
	sampleMemory(os.Args)
	if os.Getenv("GOGC") == "" {
		collectLate(len(os.Args) > 1 && os.Args[1] == "analyze")
	}
	room.Apart()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
