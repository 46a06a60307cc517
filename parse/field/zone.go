package field

import (
	"strings"
	"time"
	_ "time/tzdata" // zones by name on machines without a zone database
)

// abbreviations are the zones that logs and settlement files name, Java's spelling of
// them included. Letters that mean several zones stand for the one that payment files
// mean: "CST" is China where nothing says otherwise, see Context.zoneOf.
var abbreviations = map[string]int{
	"CST": 8 * 3600, "HKT": 8 * 3600, "SGT": 8 * 3600, "MYT": 8 * 3600, "PHT": 8 * 3600, "AWST": 8 * 3600, "WITA": 8 * 3600,
	"JST": 9 * 3600, "KST": 9 * 3600, "WIT": 9 * 3600, "ICT": 7 * 3600, "WIB": 7 * 3600,
	"IST": 5*3600 + 1800, "PKT": 5 * 3600, "UZT": 5 * 3600, "NPT": 5*3600 + 2700, "MMT": 6*3600 + 1800, "IRST": 3*3600 + 1800,
	"CET": 3600, "CEST": 7200, "MEZ": 3600, "MESZ": 7200, "MET": 3600, "MEST": 7200, "BST": 3600, "WET": 0, "WEST": 3600, "EET": 7200, "EEST": 10800, "MSK": 10800, "TRT": 10800,
	"SAST": 7200, "CAT": 7200, "EAT": 10800, "WAT": 3600,
	"EST": -5 * 3600, "EDT": -4 * 3600, "CDT": -5 * 3600, "MST": -7 * 3600, "MDT": -6 * 3600, "PST": -8 * 3600, "PDT": -7 * 3600,
	"AKST": -9 * 3600, "AKDT": -8 * 3600, "HST": -10 * 3600, "NST": -3*3600 - 1800, "NDT": -2*3600 - 1800,
	"BRT": -3 * 3600, "BRST": -2 * 3600, "ART": -3 * 3600, "UYT": -3 * 3600, "UYST": -2 * 3600, "CLT": -4 * 3600, "CLST": -3 * 3600,
	"PYT": -3 * 3600, "BOT": -4 * 3600, "VET": -4 * 3600, "COT": -5 * 3600, "PET": -5 * 3600,
	"AEST": 10 * 3600, "AEDT": 11 * 3600, "ACST": 9*3600 + 1800, "ACDT": 10*3600 + 1800, "NZST": 12 * 3600, "NZDT": 13 * 3600,
	"UTC": 0, "GMT": 0, "Z": 0,
}

// spoken are the zones that reports name in words, each with what tells it from others.
var spoken = []struct{ words, zone string }{
	{"EASTERN TIME", "America/New_York"}, {"CENTRAL TIME", "America/Chicago"}, {"MOUNTAIN TIME", "America/Denver"},
	{"PACIFIC TIME", "America/Los_Angeles"}, {"北京时间", "Asia/Shanghai"}, {"CHINA STANDARD TIME", "Asia/Shanghai"},
	{"TOKYO STANDARD TIME", "Asia/Tokyo"}, {"KOREA STANDARD TIME", "Asia/Seoul"}, {"SINGAPORE STANDARD TIME", "Asia/Singapore"}, {"TAIPEI STANDARD TIME", "Asia/Taipei"},
	{"INDIA STANDARD TIME", "Asia/Kolkata"}, {"SE ASIA STANDARD TIME", "Asia/Bangkok"}, {"ARABIAN STANDARD TIME", "Asia/Dubai"}, {"ARAB STANDARD TIME", "Asia/Riyadh"},
	{"RUSSIAN STANDARD TIME", "Europe/Moscow"}, {"TURKEY STANDARD TIME", "Europe/Istanbul"}, {"W. EUROPE STANDARD TIME", "Europe/Berlin"}, {"ROMANCE STANDARD TIME", "Europe/Paris"},
	{"CENTRAL EUROPEAN STANDARD TIME", "Europe/Warsaw"}, {"CENTRAL EUROPE STANDARD TIME", "Europe/Budapest"}, {"E. SOUTH AMERICA STANDARD TIME", "America/Sao_Paulo"},
	{"AUS EASTERN STANDARD TIME", "Australia/Sydney"}, {"NEW ZEALAND STANDARD TIME", "Pacific/Auckland"}, {"SOUTH AFRICA STANDARD TIME", "Africa/Johannesburg"},
	{"E. AFRICA STANDARD TIME", "Africa/Nairobi"}, {"W. CENTRAL AFRICA STANDARD TIME", "Africa/Lagos"},
	{"BEIJING", "Asia/Shanghai"}, {"CHONGQING", "Asia/Shanghai"}, {"MUMBAI", "Asia/Kolkata"}, {"NEW DELHI", "Asia/Kolkata"}, {"CHENNAI", "Asia/Kolkata"}, {"OSAKA", "Asia/Tokyo"},
	{"SAPPORO", "Asia/Tokyo"}, {"HANOI", "Asia/Bangkok"}, {"ABU DHABI", "Asia/Dubai"}, {"ISLAMABAD", "Asia/Karachi"}, {"BRASILIA", "America/Sao_Paulo"}, {"BERN", "Europe/Zurich"},
	{"EDINBURGH", "Europe/London"}, {"NAIROBI", "Africa/Nairobi"}, {"PRETORIA", "Africa/Johannesburg"}, {"CANBERRA", "Australia/Sydney"}, {"WELLINGTON", "Pacific/Auckland"}, {"HAWAII", "Pacific/Honolulu"}, {"ALASKA", "America/Anchorage"},
	{"ARIZONA", "America/Phoenix"},
}

// regions are the parts of the zone database in which a city is looked for.
var regions = [...]string{"Asia", "Europe", "America", "Africa", "Australia", "Pacific", "Atlantic"}

// namedZone reads what a zone column may hold besides an offset and an abbreviation:
// Europe/Berlin, Eastern Time (US & Canada), or the name of a city such as Beijing and
// Sao Paulo. It returns nil for anything else.
func namedZone(s string) *time.Location {
	name := ""
	if s = Clean(s); strings.Contains(s, "/") && len(s) <= 40 && !strings.Contains(s, "..") {
		name = s
	} else {
		u := strings.ToUpper(s)
		for _, z := range spoken {
			if strings.HasPrefix(u, z.words) {
				name = z.zone
			}
		}
	}
	if name == "" {
		return cityZone(s)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return loc
}

// cityZone finds the zone that the database names after a city, nil where there is none.
func cityZone(s string) *time.Location {
	if len(s) < 4 || len(s) > 20 || s[0] < 'A' || s[0] > 'Z' || strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && (r >= 0x80 || !Letter(byte(r))) }) {
		return nil
	}
	for _, region := range regions {
		if loc, err := time.LoadLocation(region + "/" + strings.ReplaceAll(s, " ", "_")); err == nil {
			return loc
		}
	}
	return nil
}
