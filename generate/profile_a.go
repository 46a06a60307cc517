package generate

import "github.com/poslog/poslog/txn"

// profileA: rural banks of one province, mobile terminals, quick hosts.
// Institutions and merchants are invented; BINs are the public ones of the
// issuers' debit cards.
var profileA = Profile{
	Name: "A",
	Institutions: []named{
		{"NSH001", "青溪农商银行"}, {"NSH002", "云岭农商银行"}, {"NSH003", "白沙农商银行"},
		{"NSH004", "临江农商银行"}, {"NSH005", "石桥农商银行"}, {"NSH006", "枫林农商银行"},
	},
	Carriers:    []share{{"CMCC", 5}, {"CUCC", 3}, {"CTCC", 2}},
	Regions:     []share{{"杭州", 4}, {"宁波", 3}, {"温州", 2}, {"丽水", 1.5}},
	RegionCodes: []string{"3310", "3320", "3330", "3430"},
	Networks:    []share{{"4G", 7}, {"WIFI", 2}, {"ETH", 1.5}},
	Models:      []share{{"S90", 4}, {"A920", 3}, {"N910", 2}, {"P2000L", 1}},
	Issuers: []issuer{
		{"ICBC", "中国工商银行", []string{"622202", "621226"}, 5}, {"ABC", "中国农业银行", []string{"622848", "622845"}, 5},
		{"CCB", "中国建设银行", []string{"621700", "436742"}, 4}, {"BOC", "中国银行", []string{"621661", "456351"}, 2},
		{"BCM", "交通银行", []string{"622262"}, 1.5}, {"CMB", "招商银行", []string{"622588", "621486"}, 2},
		{"PSBC", "邮储银行", []string{"621098"}, 2.5}, {"RCB", "农信银", []string{"623036", "622906"}, 3},
	},
	Shape:      [24]float64{.6, .4, .3, .3, .4, .8, 2, 4, 6, 7.5, 8.5, 9.5, 9, 6.5, 6, 6.5, 7.5, 9, 9.5, 8.5, 6.5, 4.5, 2.5, 1.2},
	Dispersion: 40,
	TechLow:    .004, TechHigh: .014, Flaky: .04, FlakyRate: .07,
	Declines:   [2]float64{.02, .05},
	Cardholder: newMix("51", 45.0, "55", 25.0, "61", 8.0, "14", 5.0, "54", 4.0, "05", 5.0, "57", 3.0, "62", 2.0, "75", 2.0, "41", .5),
	Background: newMix("", 45.0, "91", 12.0, "96", 8.0, "68", 8.0, "98", 8.0, "A0", 4.0, "30", 3.0, "12", 4.0, "94", 3.0, "99", 2.0, "B4", 3.0),
	Latency:    420, LatencySigma: .38, Refusal: [2]float64{70, 190}, SlowRefusal: .06, HostLatency: [2]float64{3500, 14000},
	Timeouts: []int32{60000, 60000, 45000}, Connect: .22,
	Retry: .5, RetryDecline: .35, RetryDelay: [2]float64{12, 80}, Tries: 3,
	Reversal: .85, HostSaw: .25, ReversalLost: .03,
	Maintenance: []mix{newMix("B4", 95.0, "96", 5.0), newMix("90", 85.0, "91", 15.0), newMix("91", 60.0, "96", 40.0), newMix("96", 100.0), newMix("B4", 60.0, "90", 40.0)},
	Host:        []mix{newMix("91", 60.0, "96", 25.0, "68", 15.0), newMix("96", 80.0, "98", 20.0), newMix("68", 40.0, "98", 40.0, "", 20.0)},
	Terminal:    []mix{newMix("A0", 80.0, "99", 20.0), newMix("97", 100.0), newMix("30", 90.0, "12", 10.0), newMix("77", 100.0)},
	Security:    []mix{newMix("A0", 70.0, "A7", 30.0), newMix("99", 85.0, "A0", 15.0)},
	ShowB4:      .6,
	Kinds:       []kindShare{{uint8(txn.Sale), 96.5}, {uint8(txn.Void), 1.2}, {uint8(txn.Refund), .5}, {uint8(txn.Balance), 1.8}},
	Amount:      68, Spread: 1.1, Skewed: .1, MaxSkew: 45,
	Ramp: [2]float64{0, 60}, Flap: .1, Leak: .004, NightMnt: .65, Holiday: [2]float64{2, 3}, Weekend: 1.25,
	DayEnd: 23 * 60,
}
