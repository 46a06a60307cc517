package report

import "strings"

// derivations say how a number comes about, by its path; "*" stands for any
// names. The first that fits counts. Rates and counts of attempts have the formulas of the
// report itself.
var derivations = []struct {
	path string
	how  phrase
}{
	{"inputs/*/records", phrase{"读懂的行数；行数 = 记录 + 表头表尾等 + 拒收", "rows that were read; lines = records + skips + rejects"}},
	{"inputs/*/checks/*", phrase{"文件自己写的合计，与读到的行相比", "a total that the file states, against the rows that were read"}},
	{"inputs/*", phrase{"行数 = 记录 + 表头表尾等 + 拒收", "lines = records + skips + rejects"}},
	{"totals/*/availability/all", phrase{"1 −（技术拒绝 + 结果不明）÷ 交易笔数，没有时刻或未写明结果的不计", "1 - (technical declines + unknown) / attempts, those without a time of day or a stated result left out"}},
	{"totals/*/availability/excluding_declared", phrase{"同上，不计公告维护事件在公告时段内的尝试", "the same without attempts inside incidents of announced maintenance, as far as announced"}},
	{"totals/*/availability/excluding_others", phrase{"同上，再不计线路、终端、持卡人事件内的尝试", "the same, also without attempts inside incidents of lines, terminals and cardholders"}},
	{"*approval_rate", phrase{"批准笔数 ÷ 交易笔数", "approved / attempts"}},
	{"*technical_rate", phrase{"技术拒绝 ÷ 交易笔数", "technical declines / attempts"}},
	{"*business_rate", phrase{"业务拒绝 ÷ 交易笔数", "business declines / attempts"}},
	{"*approved_amount", phrase{"批准且未被冲正的交易金额之和，退货和撤销也按正数计", "sum of the amounts of approved attempts that were not reversed, refunds and voids like sales"}},
	{"codes/*/confidence", phrase{"由各项证据的分贝之和得到的概率；码表已定义的为 1", "the probability that the sum of the evidence gives; 1 where a table defines the code"}},
	{"codes/*/lines/*", phrase{"这项证据对各假设的分量，10·log₁₀ 似然比", "what this line adds to each hypothesis, 10 log10 of a likelihood ratio"}},
	{"codes/*/evidence/*", phrase{"在这个机构、应答码和交易类型的各行上数出", "counted over the rows of this institution, code and kind"}},
	{"codes/*/amount", phrase{"这个应答码各行金额之和", "sum of the amounts of the rows with this code"}},
	{"codes/*/n", phrase{"有这个应答码的行数", "rows with this code"}},
	{"incidents/*/failures", phrase{"范围和时段内属于本次异常的失败（系统、线路一类的异常不含余额不足等）", "attempts in scope and window that failed in its way (of a system or line: not for want of funds)"}},
	{"incidents/*/attempts", phrase{"范围和时段内的尝试", "attempts in scope and window"}},
	{"incidents/*/expected", phrase{"同样多的尝试平时会失败的笔数", "failures that as many attempts have at other times"}},
	{"incidents/*/excess", phrase{"失败 − 预期", "failures - expected"}},
	{"incidents/*/coverage", phrase{"时段内超出的失败中，落在这个范围内的比例", "share of the window's excess that lies in the scope"}},
	{"incidents/*/confidence", phrase{"由各项证据的分贝之和得到的概率", "the probability that the sum of the evidence gives"}},
	{"incidents/*/e_value", phrase{"同样强的时段在这些数据中偶然出现的期望次数", "such windows expected by chance in these data"}},
	{"incidents/*/amount_at_risk", phrase{"失败交易的金额之和，同一张卡同一金额的重试只计一次", "sum of the failed amounts, one card's tries of one amount once"}},
	{"incidents/*/overrun_seconds", phrase{"事件结束 − 公告结束", "end of the incident - end of the declared window"}},
	{"incidents/*/evidence/*", phrase{"这项证据对各原因的分量，10·log₁₀ 似然比", "what this line adds to each cause, 10 log10 of a likelihood ratio"}},
	{"incidents/*/codes/*", phrase{"失败交易按应答码分", "the failures by code"}},
	{"maintenance/*/attempts", phrase{"公告窗口内、该机构的尝试", "attempts of the institution inside the declared window"}},
	{"maintenance/*/failures", phrase{"其中技术拒绝与结果不明的", "of these, technical declines and unknown outcomes"}},
	{"maintenance/*/excess", phrase{"失败 − 同样多的尝试平时的失败", "failures - failures that as many attempts have at other times"}},
	{"reconciliation/states/*", phrase{"每一行恰属一个状态；一件可有两边的行，只计一次", "every row stands in exactly one state; the rows of both sides of a case count once"}},
	{"reconciliation/items/*", phrase{"两边文件中这一笔的行", "the rows of this case in the files of both sides"}},
	{"reconciliation/unanswered/*", phrase{"没有应答、也还没有清算文件的一笔", "an attempt without an answer and without a settlement file yet"}},
	{"reconciliation/*declined_lost*", phrase{"失败后没有再成功的金额，同一张卡同一金额只计一次：上限", "failed amounts that no later try paid, one card's tries of one amount once: an upper bound"}},
	{"reconciliation/*declined_recovered*", phrase{"失败后同卡同金额重刷成功的金额", "failed amounts that a later try of the same card paid"}},
	{"reconciliation/*charged_not_approved*", phrase{"清算了、终端却未成功的金额", "amounts that were settled though the terminal shows no success"}},
	{"reconciliation/*approved_missing*", phrase{"终端成功、应清算而没有清算的金额", "approved amounts that should have been settled and were not"}},
	{"reconciliation/*outcome_unknown*", phrase{"结果未知、也还没有清算文件的金额", "amounts of unknown outcome without a settlement file yet"}},
	{"reconciliation/keys/*", phrase{"由这把键匹配的对数", "matches that this key made"}},
	{"reconciliation/proof/*", phrase{"动账的行数与金额；各状态之和等于它", "rows that move money and their amount; the states add up to it"}},
	{"reconciliation/carried/*", phrase{"上次结转的行", "rows that an earlier run carried over"}},
	{"sales/approved/*", phrase{"终端成功的消费，减去撤销和退货", "sales approved at the terminal, less voids and refunds"}},
	{"sales/returned/*", phrase{"终端成功的撤销和退货", "voids and refunds approved at the terminal"}},
	{"sales/settled/*", phrase{"清算文件各行之和，减去撤销和退货", "sum of the settlement file's rows, less voids and refunds"}},
	{"sales/difference", phrase{"已清算 − 终端成功", "settled - approved"}},
	{"sales/fee", phrase{"清算文件各行的手续费之和", "sum of the fees in the settlement file"}},
	{"sales/net", phrase{"清算文件各行的净额之和；没有这一列时为已清算 − 手续费", "sum of the net amounts in the settlement file; without that column settled - fee"}},
	{"sales/groups/*", phrase{"没有成功的尝试按原因分为三组，每笔恰属一组", "failed attempts in three groups, each in exactly one"}},
	{"sales/recovered/*", phrase{"失败后十分钟内同卡、同终端、同金额重刷成功的", "failed attempts that the same card, terminal and amount paid within ten minutes"}},
	{"sales/failed/*", phrase{"没有成功的尝试", "attempts that did not succeed"}},
	{"sales/expected*", phrase{"已成功、还在等清算文件的行", "approved rows that wait for their settlement file"}},
	{"sales/pending/*", phrase{"其中日切之后的", "of what is expected: made after the cut-off"}},
	{"incidents/*/overlaps/*", phrase{"两起事件都有的失败", "failures that both incidents hold"}},
	{"shared_failures", phrase{"各原因失败之和 − 事件内的失败", "sum of the failures of the causes - failures inside incidents"}},
	{"causes/*", phrase{"该原因各事件之和，重叠的失败只计一次", "sum over the incidents of this cause, failures that several of them hold once"}},
	{"explained/*/n", phrase{"其中属于系统、线路、终端或密钥的失败", "those that are failures of systems, lines, terminals or keys"}},
	{"explained/*/rest", phrase{"笔数 − 各事件解释的笔数", "rows - rows that incidents explain"}},
	{"explained/*", phrase{"时段内的笔数，减去同样时间平时会有的笔数", "rows inside the incident, less those that comparable times have"}},
	{"terminals/*/silent_seconds", phrase{"按这台终端自己的节奏解释不了的最长静默", "the longest silence that the terminal's own rhythm does not explain"}},
	{"terminals/*/skew_seconds", phrase{"终端时钟减去对方时钟的中位数", "median of the terminal's clock less the other side's"}},
	{"latency/p*", phrase{"应答时间的分位数，无应答不计", "a quantile of the answer times, without those that had none"}},
	{"latency/no_answer", phrase{"没有应答的尝试", "attempts without an answer"}},
	{"latency/*", phrase{"应答时间落在这一档的尝试", "attempts whose answer time is in this bin"}},
	{"days/*/excess", phrase{"各事件的超出，按当天失败在其失败中所占的份额", "excess of the incidents, by the share that the failures of the day have in theirs"}},
	{"recurring/*", phrase{"按星期和钟点折叠后反复出现的失败", "failures that come again when weeks or days are laid over each other"}},
	{"health/duplicates", phrase{"同一报文重复出现、只计一次的行", "repeats of the same message, counted once"}},
	{"health/*", phrase{"数据本身缺什么", "what the data themselves lack"}},
	{"cube/cells/*", phrase{"这个时段、这组取值的交易笔数与金额", "attempts and amount of this step of time and these values"}},
	{"timeline/*", phrase{"这个时段的尝试，按结果分", "attempts of this step of time by outcome"}},
	{"terminals/*", phrase{"这台终端的尝试，按结果分", "attempts of this terminal by outcome"}},
	{"days/*", phrase{"当天的尝试，按结果分", "attempts of this day by outcome"}},
	{"totals/*", phrase{"全部尝试，按结果分；重复报文只计一次", "all attempts by outcome, repeats of a message once"}},
}

// derivation says how the number at a path comes about, "" where nothing is
// said.
func (w words) derivation(path string) string {
	for _, d := range derivations {
		if glob(d.path, path) {
			return w.of(d.how)
		}
	}
	return ""
}

// glob matches a pattern in which "*" stands for anything.
func glob(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for i, p := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(s, p)
		}
		k := strings.Index(s, p)
		if k < 0 {
			return false
		}
		s = s[k+len(p):]
	}
	return s == ""
}
