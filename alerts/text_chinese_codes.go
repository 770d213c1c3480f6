package alerts

import "maps"

// chineseCodes are values that are one of a closed list, in Chinese, but for signals and what registers say.
var chineseCodes = map[string]string{ //nolint:gosec // these are names, not secrets
	"warning": "预警", "yes": "是", "no": "否", "other": "其他", "unknown": "未知", "not_told": "未说明", "none": "无",

	"excellent": "优秀", "good": "良好", "fair": "一般", "watch": "关注", "bad": "不良",
	"as_agreed": "维持现有条件", "no_increase": "不增加额度", "limit_to_exposure": "额度降至当前敞口", "prepayment": "预付款",
	"green": "绿灯", "amber": "黄灯", "red": "红灯",

	"new": "新客户", "established": "老客户", "core": "核心客户",
	"company": "企业", "public_body": "公共机构", "intercompany": "关联公司", "person": "个人",
	"active": "正常", "dormant": "休眠", "blocked": "冻结",
	"utilisation": "额度使用率高",

	"reminder": "到期前提醒", "first_call": "首次电话", "reminder_letter": "催款函", "formal_letter": "正式函告", "stop_supply": "停止供货决定与上门",
	"final_demand": "最后催告", "legal": "法律、代理或保险索赔",
	"account_clerk": "应收账款专员", "credit_analyst": "信用分析员", "credit_manager": "信用经理", "head_of_credit": "信用总监",

	"funds": "资金不足", "refusal": "付款人拒付", "hard": "账户失效或票据拒付", "technical": "技术性退回",
	"credit_transfer": "转账", "direct_debit": "代扣", "card": "银行卡", "cheque": "支票", "bill": "票据", "cash": "现金", "netting": "抵销",

	"quality": "质量", "quantity": "数量", "price": "价格", "delivery": "交货", "duplicate": "重复开票", "return": "退货",
	"composition": "债务和解", "instalment_plan": "分期付款", "due_date_extension": "延长到期日", "longer_terms": "延长账期",
	"limit_increase": "提高额度", "order_release": "放行订单",

	"price_dumping": "低价抛售", "layoffs": "裁员", "lost_key_customer": "失去大客户", "rumour": "负面传闻", "premises": "经营场所破败",
	"disaster": "自然灾害", "no_accounts": "拒绝提供财务报表", "other_note": "其他备注",
}

// chineseRegistry are what registers say of a customer, and how grave it is, in Chinese.
var chineseRegistry = map[string]string{
	"CLASS_A": "破产解散类", "B1": "重大负面", "B2": "较重负面", "C": "一般负面",

	"administration": "破产重整", "arrangement": "债务和解", "dissolved": "注销或吊销", "foreign_insolvency": "境外破产",
	"liquidation": "破产清算", "receivership": "接管",

	"dishonest_debtor": "失信被执行人", "insurer_limit_cancelled": "保险限额撤销", "moratorium": "暂缓偿债", "serious_violation": "严重违法失信名单",
	"strike_off_compulsory": "强制注销公告", "unenforceable_closed": "终本案件", "winding_up_petition": "破产申请审查",

	"address_undeliverable": "注册地址无法送达", "charge_all_assets": "全部资产抵押", "consumption_limit": "限制消费令", "converted": "公司形式转换",
	"enforcement": "被执行人", "equity_frozen": "股权冻结", "insurer_limit_cut": "保险限额调减", "officer_disqualified": "高管被限制任职",
	"solvent_liquidation": "自行清算", "strike_off_voluntary": "简易注销公告", "tax_arrears": "欠税公告",

	"abnormal_list": "经营异常名录", "accounts_overdue": "财务报表逾期未报", "address_change": "住所变更", "capital_reduced": "减资公告",
	"charge_registered": "抵押或出质登记", "confirmation_overdue": "年报逾期未报", "director_change": "法定代表人或高管变更",
	"lawsuit_defendant": "被诉", "name_change": "名称变更", "owner_change": "股东或实控人变更", "penalty": "行政处罚",
	"rating_down": "评级下调", "score_down": "外部评分下调",

	"case_ended": "案件终结", "charge_satisfied": "抵押解除", "removed_from_list": "移出名录", "restored": "恢复登记",
	"strike_off_discontinued": "注销程序中止",
}

// merged are tables as one; of equal keys the later counts.
func merged(tables ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}
