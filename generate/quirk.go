package generate

import "github.com/poslog/poslog/txn"

// quirk gives one institution a habit with B4; the others never use the code.
func quirk(hypothesis string, share float64) func(*World) {
	return func(w *World) {
		r := newRNG(w.Seed, "quirk")
		w.only(Quirk{Hypothesis: hypothesis, Share: share * r.between(.6, 1.6)})
	}
}

// only registers a quirk of B4 at the first institution.
func (w *World) only(q Quirk) {
	q.Code = codeB4
	w.Institutions[0].Quirks = append(w.Institutions[0].Quirks, q)
}

func quirkConfig(w *World) {
	mid := w.Merchants[0].MID
	w.only(Quirk{Hypothesis: "config", Share: .4, MID: mid})
}

// quirkLimit draws the limit where one sale in thirty lies above it.
func quirkLimit(w *World) {
	r := newRNG(w.Seed, "quirk")
	w.only(Quirk{Hypothesis: "limit", Share: .96, Above: txn.Minor(w.Profile.Amount*r.between(5, 9)) * 100})
}

func quirkMixed(w *World) {
	models := w.present("model")
	w.only(Quirk{Hypothesis: "approved", Share: .06, Model: models[0]})
	if len(models) > 1 {
		w.only(Quirk{Hypothesis: "config", Share: .04, Model: models[1]})
	}
}

func quirkSwitch(w *World) {
	middle := w.local(0, 12*w.Days, 0, 0)
	w.only(Quirk{Hypothesis: "config", Share: .04, Until: middle})
	w.only(Quirk{Hypothesis: "approved", Share: .05, From: middle})
	w.Notes = append(w.Notes, "meaning-changes "+w.clock(middle).Format("2006-01-02 15:04"))
}

func showB4(w *World) {
	for i := range w.Institutions {
		w.Institutions[i].ShowB4 = w.Profile.ShowB4
	}
}

func b4Refusal(w *World) {
	for i := range w.Institutions {
		w.Institutions[i].mnt = newMix("B4", 96.0, "96", 4.0)
	}
}
