package main

import "github.com/poslog/poslog/incident/cause"

// The two rules that articles and help desks use. Both are given what they need
// to be fair about causes that they say nothing of: the same last step.

// byCode: 90 and B4 are maintenance, no answer is the network.
func byCode(c *testCase) cause.Cause {
	n := total(c)
	switch {
	case 2*(c.codes["90"]+c.codes["B4"]) >= n:
		return cause.Maintenance
	case 2*c.codes[""] >= n:
		return cause.Network
	}
	return byMostCode(c)
}

// byTimeout: mostly time-outs are the network, else an announced window is
// maintenance.
func byTimeout(c *testCase) cause.Cause {
	f := &c.features
	late := f.Mix[cause.NoReply] + f.Mix[cause.NoRoute] + f.Mix[cause.Relayed]
	all := 0
	for _, k := range f.Mix {
		all += k
	}
	switch {
	case 2*late >= all && all > 0:
		return cause.Network
	case c.inside:
		return cause.Maintenance
	}
	return byMostCode(c)
}

// byMostCode takes the most frequent family at its word.
func byMostCode(c *testCase) cause.Cause {
	best := 0
	for i, k := range c.features.Mix {
		if k > c.features.Mix[best] {
			best = i
		}
	}
	switch cause.Family(best) {
	case cause.NoReply, cause.NoRoute:
		return cause.Network
	case cause.Cutover:
		return cause.Maintenance
	case cause.KeyCode, cause.Module:
		return cause.Security
	case cause.Setup:
		return cause.Terminal
	case cause.Declines:
		return cause.Cardholder
	}
	return cause.Host
}

func total(c *testCase) int {
	n := 0
	for _, k := range c.codes {
		n += k
	}
	return n
}
