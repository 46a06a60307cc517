package generate

import "github.com/poslog/poslog/txn"

// profileB: credit cooperatives of other provinces, older terminals, slower
// and noisier hosts, other codes for the same things. No number is shared with
// profile A on purpose.
var profileB = Profile{
	Name: "B",
	Institutions: []named{
		{"RCU0701", "河湾农村信用社"}, {"RCU0702", "松岗农村信用社"}, {"RCU0703", "平川村镇银行"},
		{"RCU0704", "柳营农村信用社"}, {"RCU0705", "沙坪村镇银行"},
	},
	Carriers:    []share{{"CMCC", 4}, {"CUCC", 4}, {"CTCC", 3}},
	Regions:     []share{{"成都", 3}, {"绵阳", 3}, {"南充", 2}, {"西昌", 2}},
	RegionCodes: []string{"6510", "6590", "6730", "6840"},
	Networks:    []share{{"4G", 4}, {"WIFI", 3}, {"GPRS", 2}, {"ETH", 2}},
	Models:      []share{{"V2PRO", 3}, {"K300", 3}, {"SP60", 2}, {"C680", 1}, {"T1000", 1}},
	Issuers: []issuer{
		{"0102", "工商银行", []string{"622208", "621558"}, 3}, {"0103", "农业银行", []string{"622846"}, 4},
		{"0105", "建设银行", []string{"621081", "622700"}, 4}, {"0104", "中国银行", []string{"621660"}, 2},
		{"0403", "邮政储蓄", []string{"622188"}, 4}, {"0402", "信用社", []string{"621723", "623059"}, 5},
		{"0308", "招商银行", []string{"622609"}, 1}, {"0303", "光大银行", []string{"622658"}, 1},
	},
	Shape:      [24]float64{1, .8, .6, .5, .6, 1, 1.8, 3.5, 6.5, 9, 10, 9, 7, 6, 6.5, 7, 7.5, 8, 8.5, 8, 7, 5, 3, 1.8},
	Dispersion: 15,
	TechLow:    .008, TechHigh: .024, Flaky: .06, FlakyRate: .1,
	Declines:   [2]float64{.03, .06},
	Cardholder: newMix("51", 38.0, "55", 30.0, "61", 6.0, "65", 4.0, "14", 4.0, "54", 3.0, "05", 7.0, "01", 3.0, "62", 3.0, "75", 2.0, "Q1", 1.0),
	Background: newMix("", 35.0, "91", 10.0, "96", 12.0, "68", 12.0, "98", 6.0, "92", 8.0, "A0", 5.0, "99", 4.0, "12", 4.0, "25", 2.0, "Z3", 5.0, "B4", 2.0),
	Latency:    980, LatencySigma: .52, Refusal: [2]float64{110, 420}, SlowRefusal: .12, HostLatency: [2]float64{4500, 22000},
	Timeouts: []int32{30000, 60000, 90000}, Connect: .4,
	Retry: .62, RetryDecline: .28, RetryDelay: [2]float64{8, 140}, Tries: 4,
	Reversal: .7, HostSaw: .35, ReversalLost: .06,
	Maintenance: []mix{newMix("C1", 70.0, "90", 30.0), newMix("B4", 70.0, "91", 30.0), newMix("91", 45.0, "92", 15.0, "96", 40.0), newMix("90", 100.0), newMix("B4", 100.0)},
	Host:        []mix{newMix("91", 80.0, "98", 20.0), newMix("96", 55.0, "91", 45.0), newMix("98", 50.0, "68", 20.0, "", 30.0), newMix("68", 100.0)},
	Terminal:    []mix{newMix("99", 100.0), newMix("A0", 60.0, "77", 40.0), newMix("58", 100.0), newMix("03", 60.0, "97", 40.0)},
	Security:    []mix{newMix("A7", 60.0, "99", 40.0), newMix("A0", 100.0)},
	ShowB4:      .45,
	Kinds:       []kindShare{{uint8(txn.Sale), 92}, {uint8(txn.Void), 2}, {uint8(txn.Refund), 1}, {uint8(txn.Balance), 5}},
	Amount:      112, Spread: 1.3, Skewed: .2, MaxSkew: 180,
	Ramp: [2]float64{10, 120}, Flap: .25, Leak: .012, NightMnt: .5, Holiday: [2]float64{2.5, 4}, Weekend: .85,
	Letters: true, Restart: true, DayEnd: 22*60 + 30,
}
