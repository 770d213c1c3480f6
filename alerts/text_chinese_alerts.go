package alerts

// chineseAlerts are what is wrong, by signal, or signal and reason, in Chinese.
var chineseAlerts = map[string][]wording{
	"limit_breach NEAR": {"接近信用额度：已用 {utilisation}（阈值 {utilisation^}）", "接近信用额度"},
	"limit_breach HIGH": {"信用额度将满：已用 {utilisation}（阈值 {utilisation^}）", "信用额度将满"},
	"limit_breach LIMIT_REDUCED": append([]wording{
		"已过额度复审日期 {review_date}，敞口超出信用额度：敞口 {exposure}，额度 {exposure^}",
	}, chineseBreached("额度调减，")...),
	"limit_breach TEMP_EXPIRED":     chineseBreached("临时额度到期，"),
	"limit_breach PAYMENT_RETURNED": chineseBreached("付款被退回，"),
	"limit_breach ORDER":            chineseBreached("新增订单，"),
	"limit_breach DELIVERY":         chineseBreached("发货和开票增加，"),
	"limit_breach FX":               chineseBreached("汇率变动，"),
	"limit_breach":                  chineseBreached(""),
	"limit_missing":                 {"敞口已有 {exposure}，但未设信用额度", "未设信用额度"},
	"limit_review_due": {
		"信用额度未按期复审：已过 {days_late} 天，复审日期 {review_date}（阈值：超过 {days_late^} 天）",
		"信用额度未按期复审",
	},
	"limit_temporary_expiry": {
		"临时额度 {valid_to_date} 到期，还剩 {days_left} 天：敞口 {exposure}，高于届时剩余额度 {exposure^}",
		"临时额度即将到期，敞口高于届时剩余额度",
	},
	"overdue": {
		"逾期 {default_90} 天，已构成违约（阈值：超过 {default_90^} 天）",
		"逾期 {days_past_due} 天（阈值：超过 {days_past_due^} 天）",
		"发票已逾期",
	},
	"turnover_swing": {"应收账款周转率异常波动"},
	"overdue_ratio": {
		"逾期率 {overdue_ratio}（阈值 {overdue_ratio^}）",
		"应收账款 {receivables}，其中逾期 {overdue}",
		"应收账款逾期率过高",
	},
	"partial_payment PARTIAL": {
		"部分付款：涉及 {partial_invoices} 张发票，占逾期付款的 {partial_ratio}（阈值 {partial_ratio^}；平常 {usual_partial_ratio}）",
		"发票只付一部分",
	},
	"partial_payment CHERRY_PICKING": {
		"先付新发票：{newer_first_ratio} 的付款绕过旧欠 {passed_over_amount}，旧欠已逾期 {passed_over_days} 天（阈值 {newer_first_ratio^}）",
		"先付新发票，拖欠旧发票",
	},
	"partial_payment ROUND_SUMS": {
		"有较大金额逾期，却有 {round_receipts} 笔整数付款对不上任何发票（阈值 {round_receipts^} 笔）",
		"整数付款对不上任何发票",
	},
	"partial_payment": {"客户只付一部分货款"},
	"payment_returned": {
		"{return_date} 被退回的款项还差 {not_replaced} 未补付，补付期限 {replace_by_date}",
		"付款于 {hard_return_date} 被退回：账户注销或冻结，或票据拒付",
		"{return_date} 退回付款 {returned_amount}，累计 {returned_payments} 笔（阈值 {returned_payments^} 笔）",
		"付款被退回",
	},
	"broken_promise": {
		"付款承诺连续毁约 {promise_run} 次（阈值 {promise_run^} 次）：承诺 {promise_deadline} 前付 {promised_amount}，实收 {received_amount}",
		"付款承诺连续毁约 {promise_run} 次（阈值 {promise_run^} 次）",
		"付款承诺未兑现",
	},
	"order_pattern_break SURGE": {
		"近 30 天订单为平常的 {orders_in_medians} 倍（阈值 {orders_in_medians^} 倍）：{orders_30_days}",
		"订单激增",
	},
	"order_pattern_break LUMPY": {
		"单笔订单 {order_amount}，为平常的 {order_in_medians} 倍（阈值 {order_in_medians^} 倍）",
		"单笔订单远超平常",
	},
	"order_pattern_break NEW_OUTSIZED": {"新客户下单 {order_amount}，占额度 {order_of_limit}", "新客户下超大订单"},
	"order_pattern_break COLLAPSE": {
		"近 60 天订单只有平常的 {orders_60_in_medians} 倍（阈值：不高于 {orders_60_in_medians^} 倍），同时有发票逾期",
		"订单骤减，同时有发票逾期",
	},
	"order_pattern_break PROJECT": {"项目订单超出平常"},
	"order_pattern_break":         {"订单突变"},
	"terms_request REQUEST": {
		"要求延期或增加额度，最主要的一次在 {request_date}：计 {points} 分（阈值 {points^} 分）",
		"要求延期或增加额度",
	},
	"terms_request SILENT_EXTENSION": {
		"{moved_invoices} 张未清发票的到期日被后移，占应收账款 {moved_share}（阈值 {moved_share^}）",
		"未清发票的到期日被后移",
	},
	"terms_request": {"要求变更付款条件"},
	"dispute_stall": {
		"到期后才提出争议的发票 {late_disputes} 张（阈值 {late_disputes^} 张），{blocked_ratio} 的逾期款因此受阻",
		"到期后才提出争议的发票 {late_disputes} 张（阈值 {late_disputes^} 张）",
		"发票到期后才提出争议",
	},
	"contact_lost UNDELIVERABLE": {
		"客户联系方式失效：{undeliverable_channels} 个渠道无法送达（阈值 {undeliverable_channels^} 个）",
		"客户联系方式失效，无法送达",
	},
	"contact_lost": {
		"联系不上客户：{attempt_span_days} 个工作日内多次联系未果，计 {attempt_weight} 分（阈值 {attempt_weight^} 分）",
		"联系不上客户",
	},
	"turnover_swing FALL": {
		"应收账款周转率比平常高 {-turnover_fall}：年 {turnover} 次，平常 {turnover_base} 次",
		"应收账款周转率下降 {turnover_fall}（阈值 {turnover_fall^}）：年 {turnover} 次，平常 {turnover_base} 次",
		"应收账款周转率下降",
	},
	"turnover_swing RISE": {
		"应收账款周转率比平常低 {-turnover_rise}：年 {turnover} 次，平常 {turnover_base} 次",
		"应收账款周转率上升 {turnover_rise}（阈值 {turnover_rise^}）：销售骤降，或客户改为预付",
		"应收账款周转率上升",
	},
	"payment_slowdown COLD_START": {
		"付款迟 {recent_median_days} 天（阈值 {recent_median_days^} 天）；历史付款太少，尚无基准",
		"付款迟；历史付款太少，尚无基准",
	},
	"payment_slowdown DISCOUNT_LOST": {
		"以往 {discounts_taken_ratio} 的发票享受提前付款折扣，最近 {discounts_missed} 张一张也没有",
		"不再享受提前付款折扣",
	},
	"payment_slowdown": {
		"付款比自身常态早 {-days_slower} 天",
		"付款比自身常态晚 {days_slower} 天（阈值 {days_slower^} 天）",
		"付款比自身常态晚",
	},
	"payer_change NEW_ACCOUNTS": {
		"启用新付款账户：半年内 {new_accounts} 个（阈值 {new_accounts^} 个），最近一个自 {account_1_first_date} 起用",
		"启用新付款账户",
	},
	"payer_change THIRD_PARTY": {
		"第三方代付 {third_party_ratio} 的款项（阈值 {third_party_ratio^}）",
		"第三方代付",
	},
	"payer_change DEFERRED": {
		"改用票据和远期支票付款：占 {deferred_ratio}（阈值 {deferred_ratio^}），此前 {deferred_before_ratio}",
		"改用票据和远期支票付款",
	},
	"payer_change AFTER_RETURN": {
		"{new_account_date} 起换新账户付款，距付款因账户失效被退 {days_after_return} 天",
		"付款因账户失效被退后换新账户付款",
	},
	"payer_change":             {"付款来源变更"},
	"adverse_registry CLASS_A": {"公开登记显示客户已破产或解散，自 {effective_date} 起", "公开登记显示客户已破产或解散"},
	"adverse_registry B1":      {"公开登记出现重大负面信息，日期 {effective_date}", "公开登记出现重大负面信息"},
	"adverse_registry B2": {
		"公开登记出现较重负面信息，日期 {effective_date}",
		"公开登记出现较重负面信息",
	},
	"adverse_registry C":            {"一般负面信息 {soft_kinds} 类（{soft_kinds^} 类起为预警）", "一般负面信息"},
	"adverse_registry CORROBORATED": {"出现一般负面信息，日期 {effective_date}，且付款已有异常", "出现一般负面信息，且付款已有异常"},
	"adverse_registry":              {"公开登记出现负面信息，日期 {effective_date}", "公开登记出现负面信息"},
	"composite FAIR":                chineseGraded("一般"),
	"composite WATCH":               chineseGraded("关注"),
	"composite BAD":                 chineseGraded("不良"),
	"composite":                     {"客户信用等级"},
}

// chineseGraded is the wording of a grade.
func chineseGraded(grade string) []wording {
	return []wording{
		wording("信用等级：" + grade + "，{grade_given} 由人工评定，有效至 {grade_given_until}；评分 {score}（满分 100）"),
		wording("信用等级：" + grade + "，评分 {score}（满分 100，阈值 {score^}）"),
		wording("信用等级：" + grade + "，上调须循序，最早 {upgrade_date}；评分 {score}（满分 100）"),
		wording("信用等级：维持" + grade + "，预警尚未解除；评分 {score}（满分 100）"),
		wording("信用等级：" + grade),
	}
}

// chineseBreached are the wordings of a breach.
func chineseBreached(why string) []wording {
	return []wording{
		wording(why + "敞口超出信用额度：已用 {utilisation}（阈值：超过 {utilisation^}）"),
		wording(why + "敞口超出信用额度：敞口 {exposure}，额度 {exposure^}"),
		wording(why + "敞口超出信用额度"),
	}
}
