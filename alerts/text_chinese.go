package alerts

import "tocsin/detectors"

// Chinese is Simplified Chinese.
var Chinese = &Language{
	tag:     "zh",
	signals: chineseSignals, alerts: chineseAlerts, reasons: chineseReasons,
	facts: chineseFacts, features: chineseFeatures, codes: merged(chineseSignals, chineseCodes, chineseRegistry), parts: chineseParts,
	actions: chineseActions, remedies: chineseRemedies, phrases: chinesePhrases, sayings: chineseSayings, labels: chineseLabels, explained: chineseExplained,
	conditions: chineseConditions, flags: chineseFlags, needs: chineseNeeds, gaps: chineseGaps,
	forms: forms{amount: "{number} {currency}", percent: "{number}%", date: "2006年1月2日", instant: "2006年1月2日 15:04（UTC）"},
	levels: [levels]string{
		detectors.None: "无", detectors.Info: "提示", detectors.Warning: "预警", detectors.Critical: "严重",
	},
	kinds: map[string]string{
		Raised:      "{signal}：触发{to}",
		Escalated:   "{signal}：由{from}升为{to}",
		Deescalated: "{signal}：由{from}降为{to}",
		Cleared:     "{signal}：已解除",
		Retracted:   "{signal}：已撤回，原判断不成立",
	},
	why: "{change}（{why}）",
	bounds: [boundCount]string{
		boundThreshold: "阈值 {threshold}", boundLimit: "额度 {threshold}", boundMoreThan: "阈值：超过 {threshold}",
		boundAtMost: "阈值：不超过 {threshold}", boundFrom: "阈值 {threshold}", boundCountsFrom: "{threshold} 起计入",
		boundAtLeast: "至少 {threshold}", boundUpTo: "阈值：不高于 {threshold}", boundCriticalFrom: "{threshold} 起为严重",
		boundWarningFrom: "{threshold} 起为预警", boundKeptFrom: "{threshold} 起视为履约", boundJudgedFrom: "{threshold} 起才判断",
		boundNormNeeds: "建立基准至少需 {threshold}", boundAgainst: "对照值 {threshold}",
	},
	beside: "（{bound}）", points: "评分构成：{parts}",
	unknown: "（未知）", undefined: "无", strange: "未知",
	truths: map[bool]string{true: "是", false: "否"},
	about:  "{about}：{name}", flagged: "{name}：{truth}",
	down: "（降至{to}）",
	hold: " 且保持 {hold} 天",
	footings: map[string]string{
		string(OnHold):             "；现已不足以触发，但在解除之前维持{level}级别",
		string(OnHold) + " ends":   "；现已不足以触发，如无反复，{level}级别将于 {ends} 解除",
		string(Unjudged):           "；今日无法判断，维持{level}级别",
		string(Unjudged) + " ends": "；今日无法判断，如无反复，{level}级别将于 {ends} 解除",
	},
	over: "已无预警及以上级别的信号，此前为{before}",
	decisions: map[string]string{
		"hold_orders": "暂停订单", "release_with_conditions": "附条件放行", "reduce_limit": "调减额度",
		"prepay": "改为预付款", "terms_change": "变更付款条件", "dunning_level": "催收升级", "call": "电话联系",
		"visit": "上门拜访", "collateral": "要求担保", "insurer_notice": "通知保险公司或索赔", "legal": "法律行动",
		"write_off_proposal": "建议核销", noAction: "不采取措施",
	},
	reasonCodes: map[string]string{
		"seasonal": "季节性", "our_error": "我方差错", "dispute_ours": "争议责任在我方", "timing": "时间差",
		"data": "数据有误", "known_and_accepted": "已知并接受",
	},
	feedback: map[string]string{"useful": "有用", "data_wrong": "数据有误", "known": "已知情况", "rule_wrong": "规则有误"},
	entries:  chineseEntries(),
	tasks: map[string]string{
		TaskOpen: "待处理", TaskAcknowledged: "已确认", TaskInReview: "复核中", TaskDecided: "已决定", TaskClosed: "已关闭",
	},
	whys: map[string]string{
		WhyFirstLoad: "Tocsin 首次读入历史数据。{from} 至 {to} 的发现暂未发送，待全部读完后在此汇总",
		WhyBehind:    "Tocsin 曾落后，现已追上。{from} 至 {to} 的发现暂未发送，待全部读完后在此汇总",
		WhyHold:      "消息曾按设置（notify.hold）暂停发送，内容涉及 {from} 至 {to}",
		WhyLate:      "有事件在发生很久之后才送达（notify.max_age）。涉及 {from} 至 {to} 的影响暂未发送，待全部读完后在此汇总",
		WhyBudget: "今日暂缓发送：{cases} 个案件。负责人今天收到的案件已达每日上限（notify.budget），或本频道今天已多次提及这些客户。" +
			"除非届时已结案，各案件将在下一工作日按当时状态发送；升为严重的立即发送",
		WhySystemic: "暂缓发送：{cases} 个案件。同一天有过多客户在同一规则上升级，原因很可能在我方：发票延迟、银行信息有误或系统切换。" +
			"在有人执行 tocsin systemic release 之前不发送这些案件；其预警和任务保持不变",
		WhyLetGo: "曾暂缓发送：{cases} 个案件。同一天有过多客户在同一规则上升级，原因很可能在我方。现已放行：各案件按当前状态在限额内发送；已结案的不再发送",
		WhyFlood: "短时间内新增案件 {cases} 个，超过本频道应接收的数量（notify.flood），在此合并计数。平稳后，严重案件将各自单独发送，" +
			"其余案件按 notify.budget 发送。全部案件均计入 tocsin digest",
		WhyLateTasks: "今日逾期：{cases} 个案件的任务。同时逾期的任务过多（notify.late_at_once），本频道在此合并告知；各案件的消息串中注明已通知谁。最紧急的排在最前",
	},
}
