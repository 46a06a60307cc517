package analyze

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// A stretch in which cardholders were refused far more than else is said with its times; chance, too little
// to compare with, and what an incident tells are not.
func TestBunchOfDeclines(t *testing.T) {
	midnight := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name      string
		from, to  int // hours
		rate      float64
		incidents []Incident
		want      string
	}{
		{"wages of tomorrow", 9, 20, .15, nil, "09:00–20:00 业务拒绝 1"},
		{"as always", 0, 24, .03, nil, ""},
		{"hardly more", 9, 20, .04, nil, ""},
		{"all the time", 0, 23, .15, nil, ""},
		{"an incident of the same time", 9, 12, .15, []Incident{{Cause: "undetermined", Start: midnight.Add(9 * time.Hour), End: midnight.Add(12 * time.Hour)}}, ""},
	} {
		r := rand.New(rand.NewPCG(3, 4))
		res := &Result{Timeline: Timeline{BucketSeconds: 1800}, Incidents: c.incidents, Codes: []Code{
			{Code: "96", Meaning: "declined", Technical: true, N: 900}, {Code: "51", Meaning: "declined", N: 300, Wording: Text{"余额不足", "funds"}}, {Code: "55", Meaning: "declined", N: 40}}}
		for i := range 48 {
			b := Bucket{Start: midnight.Add(time.Duration(i) * 30 * time.Minute), Attempts: 80}
			rate := .03
			if i >= 2*c.from && i < 2*c.to {
				rate = c.rate
			}
			for range b.Attempts {
				if r.Float64() < rate {
					b.Business++
				}
			}
			res.Timeline.Buckets = append(res.Timeline.Buckets, b)
		}
		got := ""
		for _, x := range res.bunch() {
			got += x.Text.Zh
		}
		if c.want == "" && got != "" || !strings.HasPrefix(got, c.want) || got != "" && !strings.Contains(got, "以 51（余额不足）最多") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The code that is named is that of the stretch, not of all the day, and of all institutions together.
func TestBunchNamesItsCode(t *testing.T) {
	midnight := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)
	funds, limit := Text{"余额不足", "funds"}, Text{"超限额", "limit"}
	res := &Result{Timeline: Timeline{BucketSeconds: 1800}, Codes: []Code{
		{Institution: "A", Code: "51", Meaning: "declined", N: 200, Wording: funds}, {Institution: "A", Code: "61", Meaning: "declined", N: 90, Wording: limit}, {Institution: "B", Code: "61", Meaning: "declined", N: 90, Wording: limit}},
		Cube: &Cube{Start: midnight, BucketSeconds: 3600, Dims: []CubeDim{{Name: "code", Values: []string{"51", "61"}}, {Name: "outcome", Values: []string{"approved", "business"}}}}}
	for i := range 48 {
		b := Bucket{Start: midnight.Add(time.Duration(i) * 30 * time.Minute), Attempts: 100, Business: 4}
		if i >= 20 && i < 24 {
			b.Business = 49
			res.Cube.Cells = append(res.Cube.Cells, []int64{int64(i / 2), 1, 1, 45, 0})
		}
		res.Cube.Cells = append(res.Cube.Cells, []int64{int64(i / 2), 0, 1, 4, 0})
		res.Timeline.Buckets = append(res.Timeline.Buckets, b)
	}
	if got := res.bunch(); len(got) != 1 || got[0].Code != "61" || !strings.Contains(got[0].Text.En, "from 10:00 to 12:00, 4.0% else, most often 61 (limit)") {
		t.Errorf("%+v", got)
	}
}
