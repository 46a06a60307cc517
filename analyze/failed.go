package analyze

import (
	"cmp"
	"slices"

	"github.com/poslog/poslog/classify"
	"github.com/poslog/poslog/incident/cause"
)

// The three plain groups of failed attempts, in the order of the report.
const (
	groupCustomer = iota
	groupBank
	groupMaintenance
)

var groupNames = [...]string{"customer", "bank_or_network", "maintenance"}

type failedGroup struct {
	FailedGroup
	reasons   [classify.Classes]int
	incidents []bool // by index
}

// add counts an attempt n times.
func (g *failedGroup) add(a *attempt, n int) {
	g.Count += n
	g.Amount += int64(n) * int64(a.amount.Or(0))
	g.reasons[a.ruling.Class] += n
}

// incident notes that the group has attempts of an incident.
func (g *failedGroup) incident(n int) {
	for len(g.incidents) <= n {
		g.incidents = append(g.incidents, false)
	}
	g.incidents[n] = true
}

// group is the plain group of a failed attempt: maintenance inside a
// maintenance incident or by a cut-over code, the customer for business declines,
// bank or network for the rest.
func (p *pipeline) group(a *attempt, incident int) int {
	switch {
	case a.result == business:
		return groupCustomer
	case incident >= 0 && p.causes[incident].Cause == cause.Maintenance, a.ruling.Class == classify.Cutover:
		return groupMaintenance
	}
	return groupBank
}

func layGroups(p *pipeline, groups *[len(groupNames)]failedGroup) []FailedGroup {
	list := []FailedGroup{}
	for i := range groups {
		g := &groups[i]
		g.Group, g.Reasons, g.Incidents = groupNames[i], []Reason{}, []string{}
		for c, n := range g.reasons {
			if n > 0 {
				g.Reasons = append(g.Reasons, Reason{classWords[c], n})
			}
		}
		slices.SortFunc(g.Reasons, func(a, b Reason) int {
			return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Wording.En, b.Wording.En), cmp.Compare(a.Wording.Zh, b.Wording.Zh))
		})
		for n, in := range g.incidents {
			if in {
				g.Incidents = append(g.Incidents, p.incidentID(n))
			}
		}
		list = append(list, g.FailedGroup)
	}
	return list
}

// classWords say a class in plain words, for people who do not read codes.
var classWords = [classify.Classes]Text{
	classify.UnknownLocal:  {"没有应答码，或其含义不明", "no code, or one of unknown meaning"},
	classify.ClassApproved: {"成功", "approved"},
	classify.FundsLimit:    {"余额不足或超限额", "funds or limit"},
	classify.Verify:        {"密码或身份验证未通过", "PIN or identity check"},
	classify.CardStatus:    {"卡片或付款码失效、状态异常", "card or payment code expired or not valid"},
	classify.CardRisk:      {"风险卡、挂失或被盗", "lost, stolen or suspected card"},
	classify.IssuerDecline: {"发卡行拒绝，未说明原因", "refused by the card's bank without a reason"},
	classify.IssuerHost:    {"发卡行系统故障", "the card's bank has a system fault"},
	classify.MerchantSetup: {"终端或商户未开通、参数有误", "terminal or merchant is not set up for this"},
	classify.TxnData:       {"报文或原交易有误", "message or original transaction is wrong"},
	classify.SwitchFault:   {"银联或收单系统故障", "switch or acquirer fault"},
	classify.Unreachable:   {"线路不通，未送达", "no line, not sent"},
	classify.Timeout:       {"已发送，未收到应答", "sent, no answer"},
	classify.SecurityKey:   {"密钥或报文校验失败", "key or message check failed"},
	classify.Cutover:       {"日切、签退或维护时段", "cut-over, sign-off or maintenance"},
}
