package generate

// Code is a response code as an index into a fixed list; 0 is no answer.
type Code uint8

// codes lists what the generator can answer, with the short Chinese text that
// a journal prints beside it. Wording is ours; the numbers are those of the
// UnionPay POS table and of EMV's offline codes.
var codes = []struct{ code, text string }{
	{"", "通讯超时"},
	{"00", "交易成功"}, {"01", "请联系发卡行"}, {"03", "商户无效"}, {"05", "不予承兑"}, {"12", "无效交易"}, {"13", "金额无效"},
	{"14", "卡号无效"}, {"25", "找不到原交易"}, {"30", "报文格式错"}, {"41", "挂失卡"}, {"51", "余额不足"}, {"54", "卡已过期"},
	{"55", "密码错误"}, {"57", "此卡不能做该交易"}, {"58", "终端不能做该交易"}, {"59", "安全码校验失败"}, {"61", "金额超限"},
	{"62", "受限制的卡"}, {"65", "次数超限"}, {"68", "发卡行超时"}, {"75", "密码次数超限"}, {"77", "批次号不一致"},
	{"90", "系统日切"}, {"91", "发卡行不能操作"}, {"92", "线路不可达"}, {"94", "重复交易"}, {"96", "系统异常"}, {"97", "终端未登记"},
	{"98", "无发卡行应答"}, {"99", "密码格式错"}, {"A0", "校验码错"}, {"A7", "安全处理失败"}, {"B4", "交易失败"}, {"C1", "受理方状态非法"},
	{"Q1", "卡片认证失败"}, {"Z3", "不能联机"}, {"06", "出错"}, {"XX", "交易失败"},
	{"E1", "处理失败"}, {"E2", "处理失败"}, {"E3", "处理失败"}, {"E7", "处理失败"}, {"E9", "处理失败"},
}

// codeOf panics on a code that is not in the list: an error of this package.
func codeOf(s string) Code {
	for i := range codes {
		if codes[i].code == s {
			return Code(i)
		}
	}
	panic("generate: code " + s + " is not in the list of codes")
}

// String is the raw code, "" for no answer.
func (c Code) String() string { return codes[c].code }

var (
	noAnswer   = codeOf("")
	approved   = codeOf("00")
	reasonNoRx = codeOf("98") // as field 39 of a 0400: the terminal got no answer
	reasonChip = codeOf("96") // as field 39 of a 0400: the terminal failed after approval
	codeB4     = codeOf("B4")
)

// Message texts of a terminal log.
const (
	noText uint8 = iota
	textTimeout
	textConnect
	textPeer
)

var texts = [...]string{"", "通讯超时", "连接前置机失败", "对端关闭连接"}
