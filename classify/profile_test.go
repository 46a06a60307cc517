package classify

import (
	"strings"
	"testing"

	"github.com/poslog/poslog/txn"
)

const config1 = `
timezone: Asia/Shanghai
profiles:
  - name: guilin
    institution: 桂林农商行
    tables: [bocom, unionpay]
    codes:
      "B4": approved
      "98": {outcome: declined, class: SETTLE_CUTOVER, zh: 主机维护, en: maintenance, kinds: [sale]}
  - name: online
    channel: acp
    table: unionpay-acp
  - name: one-terminal
    terminal: ["T00001", "T9*"]
    codes:
      "B4": open
  - name: one-merchant
    merchant: "898*"
    tables: [99bill, unionpay]
`

func TestProfiles(t *testing.T) {
	p, err := ParseProfiles("poslog.yaml", []byte(config1))
	if err != nil {
		t.Fatal(err)
	}
	guilin := Where{Institution: "桂林农商行"}
	for _, c := range []struct {
		where          Where
		kind           txn.Kind
		code           string
		outcome        Outcome
		class          Class
		table, profile string
		known          bool
	}{
		{Where{}, txn.Sale, "00", Approved, ClassApproved, "unionpay", "default", true},
		{Where{}, txn.Sale, "b4 ", Unknown, UnknownLocal, "open", "default", true},
		{Where{}, txn.Sale, "06", Unknown, UnknownLocal, "unionpay-old", "default", true},
		{Where{}, txn.Sale, "Q7", Unknown, UnknownLocal, "", "default", false},
		{Where{}, txn.Sale, "911", Unknown, Timeout, "iso8583-1993", "default", true},
		{Where{}, txn.Sale, "1016", Declined, IssuerDecline, "iso8583-2003", "default", true},
		{Where{}, txn.Sale, "交易成功", Approved, ClassApproved, "words", "default", true},
		{Where{}, txn.Sale, "success", Approved, ClassApproved, "words", "default", true},
		{Where{}, txn.Sale, "capture_succeeded", Approved, ClassApproved, "words", "default", true},
		{Where{}, txn.Sale, "authorization_declined", Declined, UnknownLocal, "words", "default", true},
		{Where{}, txn.Sale, "refused_transaction", Declined, UnknownLocal, "words", "default", true},
		{Where{}, txn.Sale, "complete-ok", Approved, ClassApproved, "words", "default", true},
		{Where{}, txn.Sale, "complete-failed", Declined, UnknownLocal, "words", "default", true},
		{Where{}, txn.Refund, "refund-ok", Approved, ClassApproved, "words", "default", true},
		{Where{}, txn.Sale, "payment_pending", Unknown, UnknownLocal, "words", "default", true},
		{Where{}, txn.Sale, "authorization_", Unknown, UnknownLocal, "", "default", false},
		{guilin, txn.Sale, "B4", Approved, ClassApproved, "", "guilin", true},
		{guilin, txn.Sale, "R1", ApprovedDefect, ClassApproved, "bocom", "guilin", true},
		{guilin, txn.Sale, "51", Declined, FundsLimit, "unionpay", "guilin", true},
		{guilin, txn.Sale, "98", Declined, Cutover, "", "guilin", true},
		{guilin, txn.Refund, "98", Unknown, Timeout, "unionpay", "guilin", true},
		{guilin, txn.Sale, "处理中", Unknown, UnknownLocal, "words", "guilin", true},
		{Where{Institution: "桂林农商行", Terminal: "T00001"}, txn.Sale, "B4", Unknown, UnknownLocal, "bocom", "one-terminal", true},
		{Where{Institution: "桂林农商行", Terminal: "T91111"}, txn.Sale, "R1", ApprovedDefect, ClassApproved, "bocom", "guilin", true},
		{Where{Institution: "桂林农商行", Merchant: "898000000000001"}, txn.Sale, "04", Declined, MerchantSetup, "99bill", "one-merchant", true},
		{Where{Institution: "桂林农商行", Merchant: "898000000000001"}, txn.Sale, "B4", Approved, ClassApproved, "", "guilin", true},
		{Where{Channel: "acp"}, txn.Sale, "90", Declined, FundsLimit, "unionpay-acp", "online", true},
		{Where{Channel: "acp"}, txn.Sale, "55", Unknown, UnknownLocal, "", "online", false},
	} {
		m := p.Lookup(c.where, c.kind, c.code)
		if m.Outcome != c.outcome || m.Class != c.class || m.Table != c.table || m.Profile != c.profile || m.Known != c.known || m.Zh == "" || m.En == "" {
			t.Errorf("%+v %v %s: %+v", c.where, c.kind, c.code, m)
		}
	}
	if m := p.Lookup(Where{Institution: "桂林农商行", Terminal: "T00001"}, txn.Sale, "B4"); !m.Decidable() {
		t.Errorf("an open code is not left to evidence: %+v", m)
	}
	if m := p.Lookup(guilin, txn.Sale, "B4"); m.Decidable() || !m.Configured || m.Source != "poslog.yaml:8" {
		t.Errorf("the configuration is not the last word, or is not named: %+v", m)
	}
	if m := p.Lookup(Where{}, txn.Sale, "98"); m.Decidable() {
		t.Error("a time-out is a time-out, whatever else happened")
	}
}

func TestProfileErrors(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"profiles:\n- name: a\n  codes:\n    00: approved\n", `c.yaml:4: code 00 is not in quotes, and YAML takes it for a number (00 becomes 0, 1E2 becomes 100): write "00"`},
		{"profiles:\n- name: a\n  codes:\n    1E2: approved\n", "is not in quotes"},
		{"profiles:\n- name: a\n  codes:\n    \"B4\": approved\n    \"b4\": declined\n", `c.yaml:5: code "B4" stands twice`},
		{"profiles:\n- name: a\n  codes:\n    \"B4\": success\n", `code "B4": unknown outcome "success"`},
		{"profiles:\n- name: a\n  codes:\n    \"B4\": {class: NET_TIMEOUT}\n", "has no outcome"},
		{"profiles:\n- name: a\n  codes:\n    \"B4\": {outcome: declined, colour: red}\n", `unknown key "colour"`},
		{"profiles:\n- name: a\n  codes:\n    \"B4\": {outcome: approved, class: NET_TIMEOUT}\n", "does not go with class"},
		{"profiles:\n- name: a\n  codes:\n    \"B4\": {outcome: declined, kinds: [purchase]}\n", `unknown kind "purchase"`},
		{"profiles:\n- name: a\n  table: mybank\n", `there is no code table "mybank"; known tables: 99bill,`},
		{"profiles:\n- name: a\n  bank: x\n", `unknown key "bank" in a profile: use name, terminal, merchant, institution, channel, tables, codes`},
		{"profiles:\n- institution: x\n  table: bocom\n", "the profile has no name"},
		{"profiles:\n- name: a\n  merchant: 898000000000001\n  table: bocom\n", "YAML does not read as a text: put it in quotes"},
		{"profiles:\n- name: a\n  table: bocom\n- name: a\n  table: bocom\n", "two profiles named"},
		{"profiles:\n- name: a\n  institution: x\n", "states neither tables nor codes"},
		{"profiles:\n- name: a\n  tables: unionpay\n  codes: [\"B4\"]\n", "codes must be a mapping"},
		{"profiles:\n- name: a\n  tables: unionpay\n  codes: B4\n", "codes must be a mapping"},
		{"profiles:\n  a: b\n", "must be a list"},
		{"profiles: [a]\n", "a profile must be a mapping"},
		{"profiles: [\n", "c.yaml:1: not YAML: "},
		{"交易时间,终端号\n2026-11-20 08:00:00,10000001\n", `c.yaml:1: this is no list of settings: begin the list of profiles with "profiles:"`},
		{"- name: a\n  table: bocom\n", "this is no list of settings"},
		{"profile:\n- name: a\n  table: bocom\n", `there is no "profiles" in it, only "profile"`},
	} {
		_, err := ParseProfiles("c.yaml", []byte(c.yaml))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.yaml, err, c.want)
		}
	}
	for _, fine := range []string{"profiles:\n- name: a\n  codes:\n    \"B4\": {outcome: declined, kinds: [sale]}\n    \"b4\": approved\n", "", "# nothing\n", "profiles:\n", "timezone: UTC\nprofiles: []\n", "profiles: []\n"} {
		if _, err := ParseProfiles("c.yaml", []byte(fine)); err != nil {
			t.Errorf("%q: %v", fine, err)
		}
	}
}

// A name is no path: * matches a slash in it.
func TestNamesWithSlashes(t *testing.T) {
	p, err := ParseProfiles("c.yaml", []byte("profiles:\n- name: a\n  channel: POS*\n  codes: {\"B4\": approved}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[string]Outcome{"POS/QR": Approved, "POS": Approved, "APP/POS": Unknown} {
		if got := p.For(Where{Channel: channel}).Lookup(txn.Sale, "B4").Outcome; got != want {
			t.Errorf("%s: %s, want %s", channel, got, want)
		}
	}
}

func TestReversalReason(t *testing.T) {
	v := Default().For(Where{})
	for _, c := range []struct {
		code, reason string
		class        Class
		known        bool
	}{
		{"98", "", Timeout, true}, {"96", "", MerchantSetup, true}, {"A0", "", SecurityKey, true},
		{"98", "4361", Timeout, true}, {"06", "4013", Unreachable, true}, {"ZZ", "", UnknownLocal, false}, {"", "", UnknownLocal, false},
	} {
		m := v.ReversalReason(c.code, c.reason)
		if m.Outcome != ReversalReason || m.Class != c.class || m.Known != c.known || m.Decidable() {
			t.Errorf("%+v: %+v", c, m)
		}
	}
}

func TestMessages(t *testing.T) {
	for _, c := range []struct {
		text    string
		outcome Outcome
		class   Class
	}{
		{"无拨号音", Declined, Unreachable}, {"拨号失败,重试?", Declined, Unreachable}, {"接收数据超时", Unknown, Timeout},
		{"冲正不成功", Unknown, Timeout}, {"SIM卡不存在", Declined, MerchantSetup}, {"银行维护中，请稍后再试", Declined, Cutover},
		{"网络连接失败", Declined, Unreachable}, {"前置机连接失败", Declined, Unreachable}, {"无法连接到主机", Declined, Unreachable}, {"CONNECT_FAIL", Declined, Unreachable},
		{"java.net.UnknownHostException: posp.example.cn", Declined, Unreachable}, {"DNS解析失败", Declined, Unreachable}, {"connect timed out", Declined, Unreachable},
		{"网络异常", Unknown, Timeout}, {"通信异常", Unknown, Timeout}, {"证书已过期", Declined, SecurityKey}, {"系统维护中", Declined, Cutover},
		{"收包MAC校验错", Unknown, SecurityKey}, {"dial tcp 10.0.0.1:8080: connection refused", Declined, Unreachable},
	} {
		m, ok := MessageOf(c.text)
		got := m.Meaning()
		if !ok || got.Outcome != c.outcome || got.Class != c.class {
			t.Errorf("%q: %v %v %v by %q", c.text, ok, got.Outcome, got.Class, m.Pattern)
		}
	}
	for _, text := range []string{"", "  ", "谢谢惠顾", "蓝牙连接失败", "打印机连接失败"} {
		if m, ok := MessageOf(text); ok {
			t.Errorf("%q is taken for %q", text, m.Pattern)
		}
	}
	if v := VotesOf("unionpay", "90"); v.Maintenance != 3 || v.Reconcile {
		t.Errorf("90: %+v", v)
	}
	if v := VotesOf("unionpay-reversal", "98"); v.NetTerminal != 3 || !v.Reconcile {
		t.Errorf("reason 98: %+v", v)
	}
}

// Status words are found whatever their length, and whatever stands between or behind
// their words.
func TestStatusWords(t *testing.T) {
	for word, want := range map[string]Outcome{"FAIL": Declined, "网络连接失败": Declined, "paid": Approved, "Settled Successfully": Approved, "processor_declined": Declined, "成功(已清算)": Approved,
		"已退款（￥3.00）": Approved, "Negada": Declined, "OK": Approved, "shipped": Approved, "已发货": Approved, "4711": Unknown, "(": Unknown,
		"冲正成功": Reversed, "撤销成功": Declined, "已撤消": Declined, "交易已冲正": Reversed, "脱机成功": Approved, "银行处理失败": Declined, "查询失败": Unknown} {
		if m := Default().Lookup(Where{}, txn.Sale, word); m.Outcome != want {
			t.Errorf("%s: %v, want %v", word, m.Outcome, want)
		}
	}
}

// What undoes a payment succeeds where its own row says so.
func TestUndoingSucceeds(t *testing.T) {
	for kind, word := range map[txn.Kind]string{txn.Reversal: "冲正成功", txn.Void: "撤销成功"} {
		if m := Default().Lookup(Where{}, kind, word); m.Outcome != Approved {
			t.Errorf("%s: %v", word, m.Outcome)
		}
	}
	if m := Default().Lookup(Where{}, txn.Sale, "验签失败"); m.Class != SecurityKey {
		t.Errorf("a reason is no mere failure: %v", m.Class)
	}
}

// A call of a wallet's interface says how the call went; its status says what became of the
// payment. Codes that no table has are told by a status or text that is a known word.
// Every reason is reached by words of some gateway; the earlier ones do not hide the later.
func TestReasons(t *testing.T) {
	for text, class := range map[string]Class{
		"SIGNATURE_INVALID": SecurityKey, "验签失败": SecurityKey, "交易密码错误次数超限": Verify, "USER_CANCEL_PAY": Verify, "the customer entered a wrong UPI PIN": Verify,
		"请求过于频繁，请稍后": SwitchFault, "RATE_LIMIT_EXCEEDED": SwitchFault, "SUB_MCH_NOT_EXIST": MerchantSetup, "商户未开通该支付方式": MerchantSetup,
		"USER_BALANCE_LACK": FundsLimit, "超过商户单笔限额": FundsLimit, "RISK_CONTROL_REJECT": CardRisk, "交易存在风险，已拦截": CardRisk,
		"不支持的银行卡": CardStatus, "ACCOUNT_IS_FROZEN": CardStatus, "付款码已经过期": CardStatus, "QRCODE_EXPIRED": CardStatus, "订单已经关闭了": TxnData,
		"银行系统维护中": Cutover, "GATEWAY_TIMEOUT": Timeout, "等待渠道返回超时": Timeout, "NETWORK_ERROR": Unreachable, "BANK_DECLINED": IssuerDecline,
		"银行返回交易被拒绝": IssuerDecline, "不承兑": IssuerDecline, "Transaction Rejected By Issuer": IssuerDecline,
		"PIN格式错，请重新签到": SecurityKey, "交换中心收不到发卡方应答": Timeout, "没收卡": CardRisk, "受限制的卡": CardStatus, "customer_dropped_off": Verify, "BANK_SYSTEM_BUSY": IssuerHost, "INTERNAL_SERVER_ERROR": SwitchFault, "ORDER_NOT_EXIST": TxnData, "重复交易，请核实": TxnData,
	} {
		if m := reasonOf(normal(text), ""); !m.Known || m.Class != class || m.Outcome == Approved {
			t.Errorf("%s: %v %v, want %v", text, m.Outcome, m.Class, class)
		}
	}
	for _, text := range []string{"E1003", "DEAL", "交易成功，余额不足时请充值", "PAYMENT OK", "待客户确认"} {
		if m := reasonOf(normal(text), ""); m.Known {
			t.Errorf("%s is taken for %v", text, m.Class)
		}
	}
}

func TestAnswer(t *testing.T) {
	v := Default().For(Where{})
	for _, c := range []struct {
		code, status, text string
		outcome            Outcome
		class              Class
	}{
		{"10000", "", "Success", Approved, ClassApproved},
		{"10000", "WAIT_BUYER_PAY", "Success", Declined, Verify},
		{"10000", "TRADE_SUCCESS", "Success", Approved, ClassApproved},
		{"10003", "", "order success pay inprocess", Unknown, UnknownLocal},
		{"ACQ.BUYER_BALANCE_NOT_ENOUGH", "", "Business Failed", Declined, FundsLimit},
		{"NOTENOUGH", "", "", Declined, FundsLimit},
		{"00", "交易关闭", "失败", Approved, ClassApproved}, // an issuer's answer stands
		{"ZZ9", "", "交易成功", Approved, ClassApproved},
		{"ZZ9", "CLOSED", "交易成功", Declined, 0},
		{"ZZ9", "", "OK", Unknown, UnknownLocal},
		{"ZZ9", "", "请稍候再试一次", Unknown, UnknownLocal},
		{"B4", "SUCCESS", "交易成功", Unknown, UnknownLocal}, // open, for evidence
		{"000000", "", "余额不足", Approved, ClassApproved},
		{"200", "", "success", Approved, ClassApproved},
		{"200", "", "", Declined, CardRisk},
		{"BBS11112", "", "余额不足", Declined, FundsLimit},
		{"3045", "", "交易失败,余额不足", Declined, FundsLimit},
		{"ZZ9", "", "失败[付款码已过期]", Declined, CardStatus},
		{"ZZ9", "", "查询失败：交易成功", Unknown, UnknownLocal},
		{"BBS11105", "", "交易支付中，等待用户输入密码", Unknown, UnknownLocal},
		{"BBS00000", "", "操作成功", Approved, ClassApproved},
		{"INSUFFICIENT_FUNDS", "", "", Declined, FundsLimit},
		{"DO NOT HONOR", "", "", Declined, IssuerDecline},
		{"ISSUER-UNAVAILABLE", "", "", Declined, IssuerHost},
		{"FAIL", "", "通道系统异常，请稍后再试", Declined, SwitchFault},
		{"PAY_ERR", "支付失败", "该卡已超过单日限额", Declined, FundsLimit},
		{"E1003", "支付失败", "渠道请求超时", Declined, Timeout},
		{"E1003", "支付失败", "请稍候再试一次", Declined, UnknownLocal},
		{"FAIL", "", "渠道请求超时", Declined, Timeout},
		{"FAIL", "", "交易成功", Declined, UnknownLocal},
		{"失败", "SUCCESS", "余额不足", Approved, ClassApproved},
		{"E1003", "支付成功", "上次余额不足", Approved, ClassApproved},
		{"SYSTEM_ERROR", "", "", Unknown, SwitchFault},
		{"PAYER_BALANCE_LACK", "", "失败", Declined, FundsLimit},
		{"PAYER_BALANCE_LACK", "", "成功", Declined, FundsLimit},
		{"PAYER_BALANCE_LACK", "支付失败", "交易失败", Declined, FundsLimit},
		{"SYSTEM_ERROR", "支付失败", "", Declined, SwitchFault},
		{"BUYER_ACCOUNT_FROZEN", "", "", Declined, CardStatus},
		{"PAYER_PASSWORD_INCORRECT", "", "", Declined, Verify},
		{"MERCHANT_STATUS_INVALID", "", "商户状态异常，已停用", Declined, MerchantSetup},
	} {
		m := v.Answer(txn.Sale, c.code, c.status, c.text)
		if m.Outcome != c.outcome || c.class != 0 && m.Class != c.class || m.Code != c.code {
			t.Errorf("%s %q %q: %s of %v %v", c.code, c.status, c.text, m.Code, m.Outcome, m.Class)
		}
	}
}
