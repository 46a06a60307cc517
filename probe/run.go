package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Plan bounds a run of probes.
type Plan struct {
	Count    int           // tries per target, 1 to 10 000 (default 5)
	Interval time.Duration // between tries, at least 100 ms (default 1 s)
	Timeout  time.Duration // of one try, at most 1 min (default 5 s)
	TLS      bool          // shake hands after connecting
}

// Limits of a run: it is a measurement and must not become a load.
const (
	maxTargets = 64
	maxCount   = 10_000
)

func (p *Plan) defaults(targets []string) error {
	if p.Count == 0 {
		p.Count = 5
	}
	if p.Interval == 0 {
		p.Interval = time.Second
	}
	if p.Timeout == 0 {
		p.Timeout = 5 * time.Second
	}
	switch {
	case len(targets) == 0 || len(targets) > maxTargets:
		return fmt.Errorf("probe: %d targets: give 1 to %d", len(targets), maxTargets)
	case p.Count < 1 || p.Count > maxCount:
		return fmt.Errorf("probe: count %d: use 1 to %d", p.Count, maxCount)
	case p.Interval < 100*time.Millisecond:
		return fmt.Errorf("probe: interval %v: use 100ms or more, a probe must not be a load", p.Interval)
	case p.Timeout < time.Millisecond || p.Timeout > time.Minute:
		return fmt.Errorf("probe: time-out %v: use 1ms to 1m", p.Timeout)
	}
	for _, t := range targets {
		host, port, err := net.SplitHostPort(t)
		if err != nil || host == "" || port == "" {
			return fmt.Errorf("probe: %q: want HOST:PORT", t)
		}
		// What cannot be connected to would read as a line that is down.
		if n, err := net.LookupPort("tcp", port); err != nil || n == 0 {
			return fmt.Errorf("probe: %q: %s is no port: write HOST:PORT with a port of 1 to 65535", t, port)
		}
	}
	return nil
}

// Run connects to every target Count times and calls emit with each result, one
// call at a time, until all is done or ctx ends. Nothing is sent but the TCP and,
// where asked for, the TLS handshake. The error is about the plan or ctx, never
// about a target that does not answer.
func Run(ctx context.Context, targets []string, p Plan, emit func(Sample)) error {
	if err := p.defaults(targets); err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, t := range targets {
		wg.Go(func() {
			tick := time.NewTicker(p.Interval)
			defer tick.Stop()
			for i := range p.Count {
				if i > 0 {
					select {
					case <-ctx.Done():
						return
					case <-tick.C:
					}
				}
				if ctx.Err() != nil {
					return
				}
				s := try(ctx, t, p)
				if ctx.Err() != nil && !s.OK() {
					return // cut short by us: no evidence
				}
				mu.Lock()
				emit(s)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// try is one connection. A certificate that does not verify is noted and is no
// failure: the question is whether the host answers.
func try(ctx context.Context, target string, p Plan) Sample {
	s := Sample{At: time.Now(), Target: target, Stage: "tcp", Sent: 1}
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", target)
	if err != nil {
		s.Err = reason(err)
		return s
	}
	defer conn.Close()
	if p.TLS {
		s.Stage = "tls"
		host, _, _ := net.SplitHostPort(target)
		var doubt error
		c := tls.Client(conn, &tls.Config{ServerName: host, InsecureSkipVerify: true, VerifyConnection: func(cs tls.ConnectionState) error {
			if len(cs.PeerCertificates) > 0 {
				_, doubt = cs.PeerCertificates[0].Verify(verifyOptions(cs, host))
			}
			return nil
		}})
		if err := c.HandshakeContext(ctx); err != nil {
			s.Err = reason(err)
			return s
		}
		if doubt != nil {
			s.Err = "certificate: " + doubt.Error()
		}
	}
	s.Received, s.Latency = 1, time.Since(s.At)
	return s
}

// reason is an error without the addresses that vary from try to try.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "time-out"
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		if op.Timeout() {
			return "time-out"
		}
		return op.Err.Error()
	}
	return err.Error()
}

func verifyOptions(cs tls.ConnectionState, host string) x509.VerifyOptions {
	o := x509.VerifyOptions{DNSName: host, Intermediates: x509.NewCertPool()}
	for _, c := range cs.PeerCertificates[1:] {
		o.Intermediates.AddCert(c)
	}
	return o
}
