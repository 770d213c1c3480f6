package alerts

import "tocsin/detectors"

// What is said of conditions in Chinese to who asks why a signal stands or keeps silent.
var (
	chineseConditions = map[string]string{
		"overdue_of_receivables": "逾期占应收账款比例",
		"days_slower_by_spread":  "按离散度，比常态晚付天数",
		"temporary_limits":       "到期的临时额度",
		"hard_returns":           "因账户失效或拒付被退的付款",
		"days_after_deadline":    "超过补付期限天数",
		"replaced_share":         "已补付比例",
		"late_dispute_ratio":     "到期后争议占到期发票比例",
		"unusual_disputes":       "到期后争议的发票，相对平常",
		"terminal_facts":         "破产解散类登记信息",
		"severe_facts":           "重大负面登记信息",
		"accounts_after_return":  "付款因账户失效被退后的新账户",
		"receipts_before":        "此前付款笔数",
		"serious_facts":          "较重负面登记信息",

		"partial_ratio_above_usual": "高出平常比例",
		"directed_payments":         "客户指定发票的付款笔数",
	}
	chineseFlags = map[string]map[bool]string{
		"exchange_rates": {true: "汇率齐全", false: "有外币金额，但缺少有效汇率"},
		"limit_on_file":  {true: "已设信用额度", false: "未设信用额度"},
		"limits_known":   {true: "账上首个信用额度早已登记", false: "账上首个信用额度尚未登记，或今日才登记"},
		"grade_given":    {true: "信用等级由人工评为{about}", false: "信用等级由人工评为{about}"},
		"grade_held":     {true: "信用等级为{about}，上调须循序", false: "信用等级为{about}，上调须循序"},
		"disputes_stand": {true: "仍有到期后提出的争议未结", false: "没有未结的到期后争议"},
		"trouble":        {true: "客户自身行为已有预警信号", false: "客户自身行为没有预警信号"},
		"discounts_missed": {
			true: "最近的发票均未享受提前付款折扣", false: "近期仍享受提前付款折扣，或带折扣的发票太少",
		},
		"review_date":       {true: "额度定有复审日期", false: "额度未定复审日期"},
		"payers_comparable": {true: "客户名称已知", false: "客户自身名称未知，无法辨别第三方"},
		"turnover_known": {
			true: "已有周转率及其平常值", false: "自首张发票以来，有应收余额的完整期间不足五个",
		},
	}
	chineseNeeds = map[detectors.Relation]string{
		detectors.AtLeast: "须至少 {threshold}", detectors.MoreThan: "须超过 {threshold}",
		detectors.AtMost: "须不超过 {threshold}", detectors.LessThan: "须低于 {threshold}",
	}
	chineseGaps = map[detectors.Unit]gapWords{
		detectors.UnitDays:     {"还差 {gap} 天", "多出 {gap} 天", "还差 1 天", "多出 1 天"},
		detectors.UnitHalfDays: {"还差 {gap} 天", "多出 {gap} 天", "还差 1 天", "多出 1 天"},
		detectors.UnitCount:    {"还差 {gap}", "多出 {gap}", "还差 1", "多出 1"},
		detectors.UnitMoney:    {"还差 {gap}", "多出 {gap}", "", ""},
		detectors.UnitRatio:    {"还差 {gap}", "多出 {gap}", "", ""},
		detectors.UnitPoints:   {"还差 {gap}", "多出 {gap}", "", ""},
	}
)
