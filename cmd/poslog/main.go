// Command poslog reads POS logs and settlement files and says what failed, why,
// and whether the money arrived. See the README for its use.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

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
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the program at once
		insist(grace, os.Stderr, os.Exit)
	})
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// grace is how long an interrupted run may take to end by itself. The search for incidents and
// the matching of rows know nothing of signals.
const grace = 2 * time.Second

// insist ends a run that was interrupted and has not ended by itself.
func insist(after time.Duration, stderr io.Writer, exit func(int)) {
	time.Sleep(after)
	fmt.Fprintln(stderr, "poslog: cancelled")
	exit(exitCancelled)
}
