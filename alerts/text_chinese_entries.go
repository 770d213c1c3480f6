package alerts

// chineseEntries are the codes of what people tell of a customer, in Chinese.
func chineseEntries() map[string]string {
	return map[string]string{
		"phone": "电话", "email": "电子邮件", "letter": "信函", "visit": "上门", "portal": "客户门户",
		"reached": "已联系上", "no_answer": "无人接听", "voicemail": "语音留言", "no_reply": "未回复", "refused": "拒绝沟通",
		"undeliverable": "无法送达", "outbound": "我方", "inbound": "客户",
		"price_dumping": "低价抛售", "layoffs": "裁员", "lost_key_customer": "失去大客户", "rumour": "负面传闻",
		"premises": "经营场所破败", "disaster": "自然灾害", "no_accounts": "拒绝提供财务报表", "other": "其他",
	}
}
